using System.Resources;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>The titles people see, in the language of their tools.</summary>
internal static class FixTitles
{
    private static readonly ResourceManager Resources = new("Kmem.Analyzers.CodeFixes.Titles", typeof(FixTitles).Assembly);

    public static string UseFlags(string flags) => Text(nameof(UseFlags), flags);

    public static string DropFlags => Text(nameof(DropFlags));

    public static string AllocateBeforeSection => Text(nameof(AllocateBeforeSection));

    public static string MoveBehindSection(string leave) => Text(nameof(MoveBehindSection), leave);

    public static string UseAlternative(string callee) => Text(nameof(UseAlternative), callee);

    public static string InsertLeave(string leave) => Text(nameof(InsertLeave), leave);

    public static string RemoveLeave(string leave) => Text(nameof(RemoveLeave), leave);

    public static string WrapInLock(string take) => Text(nameof(WrapInLock), take);

    public static string DeclareSleep(string attribute) => Text(nameof(DeclareSleep), attribute);

    public static string ReferToLock(string keyword) => Text(nameof(ReferToLock), keyword);

    public static string CheckResult(string failure) => Text(nameof(CheckResult), failure);

    public static string ReleaseWith(string callee) => Text(nameof(ReleaseWith), callee);

    public static string UseArrayAllocator(string allocator) => Text(nameof(UseArrayAllocator), allocator);

    public static string UseSizeOf(string type) => Text(nameof(UseSizeOf), type);

    public static string UseHeapBuffer(string allocator) => Text(nameof(UseHeapBuffer), allocator);

    public static string RemoveRelease => Text(nameof(RemoveRelease));

    public static string ReleaseInFinally(string release) => Text(nameof(ReleaseInFinally), release);

    public static string RemoveCheck => Text(nameof(RemoveCheck));

    public static string KeepResult => Text(nameof(KeepResult));

    public static string UseZeroing(string allocator) => Text(nameof(UseZeroing), allocator);

    public static string MapPage(string function) => Text(nameof(MapPage), function);

    private static string Text(string name, params string[] arguments) =>
        new LocalizableResourceString(name, Resources, typeof(FixTitles), arguments).ToString(formatProvider: null);
}
