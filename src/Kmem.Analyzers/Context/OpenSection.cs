using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>One reason why the code may not sleep: a section that was entered, a spinlock that is held, or the body's own contract.</summary>
internal sealed record OpenSection
{
    /// <summary>How a spinlock is named among the sections.</summary>
    public const string Spinlock = "spinlock";

    /// <summary>How the context that a contract gives to a whole body is named among the sections.</summary>
    public const string Body = "body";

    /// <summary>Sections of this name are between get_cpu_var and put_cpu_var, or their relatives.</summary>
    public const string PerCpu = "percpu";

    /// <summary>How the promise of a whole body that it never sleeps is named among the sections.</summary>
    public const string Promise = "promise";

    private const string MappingPrefix = "mapping of ";

    private OpenSection(string kind, Value? key, SyntaxNode? site, AtomicKind atomic, string name)
    {
        Kind = kind;
        Key = key;
        Site = site;
        Atomic = atomic;
        Name = name;
    }

    /// <summary>The section's name: "preemption", "irq", "percpu", or one of the constants above.</summary>
    public string Kind { get; }

    /// <summary>The lock's address, or the argument that the section belongs to; null where it is not known or there is none.</summary>
    public Value? Key { get; private init; }

    /// <summary>The call that entered it; null where it was open when the body began.</summary>
    public SyntaxNode? Site { get; }

    public AtomicKind Atomic { get; }

    /// <summary>The lock or variable, as messages name it.</summary>
    public string Name { get; }

    /// <summary>A test said that the code is not atomic: what sleeps in this section is not held against it.</summary>
    public bool IsDoubted { get; init; }

    /// <summary>Several may hold the lock at once: one holder may take it again.</summary>
    public bool IsShared { get; init; }

    /// <summary>The address of the variable that keeps what is to be restored at the end; null where nothing is.</summary>
    public Value? Saved { get; init; }

    /// <summary>What the call that entered it gave: a reference or pointer that belongs to it; null where it gave none.</summary>
    public Value? Handle { get; init; }

    public bool IsPerCpu => Kind == PerCpu;

    public bool IsPromise => Kind == Promise;

    /// <summary>Memory that is mapped: it is to be unmapped, but hinders nobody from sleeping.</summary>
    public bool IsMapping => IsKindOfMapping(Kind);

    /// <summary>The thread stays on its CPU until the section is left.</summary>
    public bool IsAtomic => !IsPromise && !IsMapping;

    public SectionKey Identity => new(Kind, Key);

    public static OpenSection OfBody(AtomicKind kind) => new(Body, null, null, kind, "");

    public static OpenSection OfPromise() => new(Promise, null, null, AtomicKind.Unspecified, "");

    /// <summary>The kind of a section that is a mapping.</summary>
    public static string KindOfMapping(string mapping) => MappingPrefix + mapping;

    public static bool IsKindOfMapping(string kind) => kind.StartsWith(MappingPrefix, StringComparison.Ordinal);

    public static OpenSection OfCallersLock(Value? key, string name) => new(Spinlock, key, null, AtomicKind.Unspecified, name);

    public static OpenSection OfCallersSection(string kind) => new(kind, null, null, AtomicKind.Unspecified, "");

    public static OpenSection Entered(string kind, Value? key, SyntaxNode site, string name) => new(kind, key, site, AtomicKind.Unspecified, name);

    /// <summary>Why the code may not sleep, for a message.</summary>
    public LocalizableString Reason() => Kind switch
    {
        Body => Rules.Text("Reason_Atomic_" + Atomic),
        Promise => Rules.Text("Reason_Promise"),
        Spinlock when Site is null && Name.Length == 0 => Rules.Text("Reason_CallerHoldsAnySpinlock"),
        Spinlock when Site is null => Rules.Text("Reason_CallerHoldsSpinlock", Name),
        Spinlock => Rules.Text("Reason_Spinlock", Name),
        PerCpu when Name.Length > 0 => Rules.Text("Reason_Section_percpu", Name),
        "preemption" or "irq" or "bh" or "rcu" or "kmap_atomic" => Rules.Text("Reason_Section_" + Kind),
        _ => Rules.Text("Reason_Section", Kind),
    };

    /// <summary>Whether leaving a section of this kind and key leaves this one.</summary>
    public bool IsLeftBy(string kind, Value? key) =>
        string.Equals(Kind, kind, StringComparison.Ordinal) && (Key is null || key is null || Key.Equals(key));

    /// <summary>Whether this may be the section that is meant: one of them, or both, may not be known well enough to tell.</summary>
    public bool MayBe(SectionKey section) =>
        Key is null || section.Key is null || Key.Equals(section.Key) || SectionKey.IsUncertain(Key) || SectionKey.IsUncertain(section.Key);

    /// <summary>The same section after an expression was evaluated again.</summary>
    public OpenSection Age(SiteValue site) => !Mentions(site) ? this : this with
    {
        Key = Key is null ? null : SectionKey.Age(Key, site),
        Handle = Handle is null ? null : SectionKey.Age(Handle, site),
    };

    public bool Mentions(Value value) => Key?.Mentions(value) == true || Handle?.Mentions(value) == true;
}
