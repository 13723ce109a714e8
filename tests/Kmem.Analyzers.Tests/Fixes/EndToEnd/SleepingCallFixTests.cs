using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class SleepingCallFixTests
{
    [Theory]
    [InlineData("void* p = {|KMEM1002:vmalloc(n)|}; spin_unlock(ref lk); vfree(p);", "void* p = kmalloc(n, gfp_t.GFP_ATOMIC); spin_unlock(ref lk); kfree(p);")]
    [InlineData("void* p = {|KMEM1002:Kernel.vzalloc(n)|}; {|KMEM1002:vfree(p)|}; spin_unlock(ref lk);", "void* p = Kernel.kzalloc(n, gfp_t.GFP_ATOMIC); kfree(p); spin_unlock(ref lk);")]
    [InlineData("{|KMEM1002:vfree(raw)|}; spin_unlock(ref lk);", "vfree_atomic(raw); spin_unlock(ref lk);")]
    [InlineData("{|KMEM1002:msleep((uint)n + 1)|}; spin_unlock(ref lk);", "udelay(((uint)n + 1) * 1000); spin_unlock(ref lk);")]
    [InlineData("int* a = (int*){|KMEM1002:kmap(page)|}; *a = 1; {|KMEM1002:kunmap(page)|}; spin_unlock(ref lk);", "int* a = (int*)kmap_atomic(page, km_type.KM_USER0); *a = 1; kunmap_atomic(a, km_type.KM_USER0); spin_unlock(ref lk);")]
    public Task A_call_becomes_its_alternative(string before, string after) =>
        FixTest.VerifyAsync<SleepingCallCodeFixProvider>(Method(before), Method(after));

    [Theory]
    [InlineData("System.Threading.Thread.Sleep(1)")]
    [InlineData("copy_to_user(raw, raw, n)")]
    [InlineData("Helper()")]
    public Task No_fix_for_what_has_no_alternative(string call)
    {
        var code = Method("{|KMEM1002:" + call + "|}; spin_unlock(ref lk);");
        return FixTest.VerifyAsync<SleepingCallCodeFixProvider>(code, code);
    }

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;

        unsafe class C
        {
            static spinlock_t lk;

            static void Helper() => msleep(1);

            static void M(nuint n, void* raw, page* page)
            {
                spin_lock(ref lk);
                {{body}}
            }
        }
        """;
}
