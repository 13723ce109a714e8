using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers;

/// <summary>
/// What an analysis decided and a fix carries out: the keys of <c>Diagnostic.Properties</c>. Fixes never analyse again.
/// </summary>
internal static class DiagnosticProperties
{
    /// <summary>
    /// KMEM1001, 1003, 3001, 3002: what to write for each flag that must not be there, as <c>GFP_KERNEL=GFP_ATOMIC;GFP_HIGHUSER=GFP_ATOMIC,__GFP_HIGHMEM;__GFP_IO=</c>.
    /// Names are members of the flags' enum; nothing behind the sign means that the flag goes.
    /// </summary>
    public const string FlagReplacements = nameof(FlagReplacements);

    /// <summary>KMEM1001, 1003, 3001 to 3003: members of the flags' enum, separated by commas, that replace an argument which names no flag (a variable).</summary>
    public const string WholeFlags = nameof(WholeFlags);

    /// <summary>KMEM1001, 1003, 3001 to 3003: the full name of the flags' enum, for code that has not imported it.</summary>
    public const string FlagsType = nameof(FlagsType);

    /// <summary>KMEM1001, 1002, 1003: the documentation ID of the member that sleeps; absent for <c>await</c> and <c>lock</c>.</summary>
    public const string Callee = nameof(Callee);

    /// <summary>
    /// KMEM1001 to 1004: <c>start,length</c> in the report's own file of the call that entered the section;
    /// absent where the section was not entered in this member.
    /// </summary>
    public const string EnterSpan = nameof(EnterSpan);

    /// <summary>
    /// <c>start,length</c> in the report's own file. KMEM1003: of the one call that leaves the section; KMEM1004: of a call that does
    /// so on another path, absent where there is none.
    /// </summary>
    public const string LeaveSpan = nameof(LeaveSpan);

    /// <summary>KMEM1009: the lock that is to be held, as the caller would write it (<c>dev->lk</c>); absent where any lock will do.</summary>
    public const string Lock = nameof(Lock);

    /// <summary>KMEM2001, 2005, 2012: the text of what holds the memory right behind the allocation (<c>p</c>, <c>dev->buf</c>); absent where nothing does.</summary>
    public const string Holder = nameof(Holder);

    /// <summary>KMEM2001, 2002, 2005, 2007, 2008, 4004 to 4009: <c>start,length</c> in the report's own file of the allocating call; absent where it stands elsewhere.</summary>
    public const string AllocationSpan = nameof(AllocationSpan);

    /// <summary>
    /// KMEM2001, 2009: what the method holds there and would lose by leaving, each with its release (<see cref="HeldRelease"/>); KMEM2005: what is
    /// kept in the lost memory, and lost with it. Absent where there is nothing.
    /// </summary>
    public const string Held = nameof(Held);

    /// <summary>KMEM2001: what a failed allocation compares equal to, as C# text: <c>null</c>, <c>0</c>, <c>-1</c>.</summary>
    public const string FailureLiteral = nameof(FailureLiteral);

    /// <summary>
    /// KMEM2002, 2005, 2007: the right release as a call with <c>{0}</c> for the memory (<c>kmem_cache_free(cache, {0})</c>), its other
    /// arguments written as they stand at the allocation; absent where they are not known here.
    /// </summary>
    public const string Release = nameof(Release);

    /// <summary>KMEM2002, 2005, 2007: the full name of the type that declares the right release.</summary>
    public const string ReleaseType = nameof(ReleaseType);

    /// <summary>KMEM2002, 2005, 2007: the full type name of the right release's memory parameter (<c>void*</c>, <c>nint</c>).</summary>
    public const string ReleaseParameterType = nameof(ReleaseParameterType);

    /// <summary>KMEM2003: there where the reported release serves no other path.</summary>
    public const string IsNeedless = nameof(IsNeedless);

    /// <summary>KMEM2005: there where the lost pointer may also be null.</summary>
    public const string MayBeNull = nameof(MayBeNull);

    /// <summary>KMEM2002, 2005: what a failed allocation gave, where the right release must not be called with that; empty: it may be.</summary>
    public const string Refuses = nameof(Refuses);

    /// <summary>KMEM3001: there where the flags say both that the allocation may sleep and that it may not.</summary>
    public const string IsAboutSleep = nameof(IsAboutSleep);

    /// <summary>
    /// <c>start,length</c>. KMEM2012: of the one call that releases the memory, absent where several do; KMEM4004, 4009: of the statement that the
    /// right allocator makes unnecessary.
    /// </summary>
    public const string StatementSpan = nameof(StatementSpan);

    /// <summary>KMEM4009: what is copied, as it is written.</summary>
    public const string SourceText = nameof(SourceText);

    /// <summary>
    /// KMEM2007, 2008: what to write in place of the reported argument; KMEM4001, 4003, 4004, 4008, 4009: the name of the allocator
    /// beside the called one that serves better. Absent where none is known.
    /// </summary>
    public const string Replacement = nameof(Replacement);

    /// <summary>KMEM4005: the full name of the type that the memory is used as.</summary>
    public const string SizeType = nameof(SizeType);

    /// <summary>KMEM5001: <c>start,length</c> of the <c>stackalloc</c> that takes most of the stack; absent where a local itself does.</summary>
    public const string StackAllocationSpan = nameof(StackAllocationSpan);

    /// <summary>KMEM5001: there where the code must not sleep.</summary>
    public const string IsAtomic = nameof(IsAtomic);

    /// <summary>How a place in the report's own file is written.</summary>
    public static string Text(TextSpan span) => FormattableString.Invariant($"{span.Start},{span.Length}");
}
