using System.Collections.Immutable;
using System.Resources;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>Every rule, one row each. Titles and messages are resources named after the id.</summary>
internal static class Rules
{
    public const string ContextCategory = "Kmem.Context";
    public const string LifetimeCategory = "Kmem.Lifetime";
    public const string FlagsCategory = "Kmem.Flags";
    public const string UsageCategory = "Kmem.Usage";
    public const string StackCategory = "Kmem.Stack";
    public const string ContractsCategory = "Kmem.Contracts";
    public const string AnalysisCategory = "Kmem.Analysis";

    // First: static fields are initialised in the order they are written.
    private static readonly ResourceManager Resources = new("Kmem.Analyzers.Messages", typeof(Rules).Assembly);

    public static readonly DiagnosticDescriptor SleepingFlags = Rule("KMEM1001", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor SleepingCall = Rule("KMEM1002", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor SleepInPerCpuSection = Rule("KMEM1003", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor SectionLeftOpen = Rule("KMEM1004", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor NeedlessLeave = Rule("KMEM1005", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor LockTakenTwice = Rule("KMEM1006", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor StalePerCpuReference = Rule("KMEM1007", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor PreemptibleProcessorId = Rule("KMEM1008", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor LockNotHeld = Rule("KMEM1009", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor BrokenPromise = Rule("KMEM1010", ContextCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor UndeclaredSleep = Rule("KMEM1011", ContextCategory, DiagnosticSeverity.Hidden);
    public static readonly DiagnosticDescriptor NeedlesslyAtomic = Rule("KMEM1012", ContextCategory, DiagnosticSeverity.Info);
    public static readonly DiagnosticDescriptor CopiedLock = Rule("KMEM1013", ContextCategory, DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor MissingNullCheck = Rule("KMEM2001", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor MismatchedRelease = Rule("KMEM2002", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor ReleasedTwice = Rule("KMEM2003", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor UsedAfterRelease = Rule("KMEM2004", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor Leaked = Rule("KMEM2005", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor ReleasedNeverAllocated = Rule("KMEM2006", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor ReleasedWithOtherOrder = Rule("KMEM2007", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor ReleasedToOtherPool = Rule("KMEM2008", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor LostByResize = Rule("KMEM2009", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor UnbalancedMapping = Rule("KMEM2010", LifetimeCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor NeedlessCheck = Rule("KMEM2011", LifetimeCategory, DiagnosticSeverity.Info, WellKnownDiagnosticTags.Unnecessary);
    public static readonly DiagnosticDescriptor SkippedRelease = Rule("KMEM2012", LifetimeCategory, DiagnosticSeverity.Info);
    public static readonly DiagnosticDescriptor FieldNeverReleased = Rule("KMEM2013", LifetimeCategory, DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor ContradictoryFlags = Rule("KMEM3001", FlagsCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor FlagsOfOtherContext = Rule("KMEM3002", FlagsCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor HandCombinedFlags = Rule("KMEM3003", FlagsCategory, DiagnosticSeverity.Info);
    public static readonly DiagnosticDescriptor UnknownFlagBits = Rule("KMEM3004", FlagsCategory, DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor SizeTooLarge = Rule("KMEM4001", UsageCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor OrderTooLarge = Rule("KMEM4002", UsageCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor OverflowingSize = Rule("KMEM4003", UsageCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor ClearedAllocation = Rule("KMEM4004", UsageCategory, DiagnosticSeverity.Info);
    public static readonly DiagnosticDescriptor SizeOfOtherType = Rule("KMEM4005", UsageCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor AddressOfHighPage = Rule("KMEM4006", UsageCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor FrequentAllocation = Rule("KMEM4007", UsageCategory, DiagnosticSeverity.Info);
    public static readonly DiagnosticDescriptor DisclosedMemory = Rule("KMEM4008", UsageCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor CopiedAllocation = Rule("KMEM4009", UsageCategory, DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor LargeFrame = Rule("KMEM5001", StackCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor UnboundedStackAllocation = Rule("KMEM5002", StackCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor DeepStack = Rule("KMEM5003", StackCategory, DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor ContradictoryContract = Rule("KMEM9001", ContractsCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor UnreadableContractLine = Rule("KMEM9002", ContractsCategory, DiagnosticSeverity.Warning);
    public static readonly DiagnosticDescriptor AnalysisGivenUp = Rule("KMEM9003", AnalysisCategory, DiagnosticSeverity.Hidden);

    public static readonly ImmutableArray<DiagnosticDescriptor> All = ImmutableArray.Create(
        SleepingFlags, SleepingCall, SleepInPerCpuSection, SectionLeftOpen, NeedlessLeave, LockTakenTwice, StalePerCpuReference,
        PreemptibleProcessorId, LockNotHeld, BrokenPromise, UndeclaredSleep, NeedlesslyAtomic, CopiedLock,
        MissingNullCheck, MismatchedRelease, ReleasedTwice, UsedAfterRelease, Leaked, ReleasedNeverAllocated, ReleasedWithOtherOrder,
        ReleasedToOtherPool, LostByResize, UnbalancedMapping, NeedlessCheck, SkippedRelease, FieldNeverReleased,
        ContradictoryFlags, FlagsOfOtherContext, HandCombinedFlags, UnknownFlagBits,
        SizeTooLarge, OrderTooLarge, OverflowingSize, ClearedAllocation, SizeOfOtherType, AddressOfHighPage, FrequentAllocation,
        DisclosedMemory, CopiedAllocation,
        LargeFrame, UnboundedStackAllocation, DeepStack,
        ContradictoryContract, UnreadableContractLine, AnalysisGivenUp);

    /// <summary>A part of a message, put into the compiler's UI language when the message is.</summary>
    public static LocalizableString Text(string name, params string[] arguments) => new LocalizableResourceString(name, Resources, typeof(Rules), arguments);

    /// <summary>A part of a message that has parts in the reader's language itself.</summary>
    /// <param name="parts">Texts of the code, and <see cref="LocalizableString"/>s.</param>
    public static LocalizableString Composed(string name, params object[] parts) => new ComposedText(Resource(name), parts);

    private static DiagnosticDescriptor Rule(string id, string category, DiagnosticSeverity severity, params string[] tags) => new(
        id,
        Resource(id + "_Title"),
        Resource(id + "_Message"),
        category,
        severity,
        isEnabledByDefault: true,
        Resource(id + "_Description"),
        "https://github.com/kmem-dotnet/kmem/blob/main/docs/rules/" + id + ".md",
        tags);

    private static LocalizableResourceString Resource(string name) => new(name, Resources, typeof(Rules));
}
