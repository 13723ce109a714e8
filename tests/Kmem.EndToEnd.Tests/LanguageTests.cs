using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>Messages come in the language that the compiler is asked to speak.</summary>
[Collection(PackedOnce.Name)]
public class LanguageTests : IClassFixture<TwoDefectsProject>
{
    private readonly TwoDefectsProject _project;

    public LanguageTests(TwoDefectsProject project)
    {
        _project = project;
        _project.Reset();
    }

    [Theory]
    [InlineData("en-US", "'kmalloc' may sleep with flags 'GFP_KERNEL' while spinlock 's_lock' is held")]
    [InlineData("zh-CN", "持有自旋锁“s_lock”，而“kmalloc”使用标志“GFP_KERNEL”时可能休眠")]
    [InlineData("zh-TW", "持有自旋鎖「s_lock」，而「kmalloc」使用旗標「GFP_KERNEL」時可能睡眠")]
    public void A_build_speaks_the_language_of_its_user(string language, string message)
    {
        ToolResult result = _project.Project.Build("--no-restore", "-p:PreferredUILang=" + language).MustSucceed();

        Assert.Contains(message, result.Output, StringComparison.Ordinal);
    }
}
