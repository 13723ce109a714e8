using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class NeedlessLeaveFixTests
{
    [Fact]
    public Task The_statement_goes_and_comments_stay() => FixTest.VerifyAsync<NeedlessLeaveCodeFixProvider>(Method("""
                spin_lock(ref lk);
                spin_unlock(ref lk);

                // The queue is empty now.
                {|KMEM1005:spin_unlock(ref lk)|};
                count++;
                preempt_disable(); preempt_enable(); {|KMEM1005:preempt_enable()|}; // twice?
                count++;
        """), Method("""
                spin_lock(ref lk);
                spin_unlock(ref lk);

                // The queue is empty now.
                count++;
                preempt_disable(); preempt_enable(); // twice?
                count++;
        """));

    [Fact]
    public Task A_condition_goes_with_it() => FixTest.VerifyAsync<NeedlessLeaveCodeFixProvider>(Method("""
                spin_lock(ref lk);
                spin_unlock(ref lk);
                if (count > 3)
                    {|KMEM1005:spin_unlock(ref lk)|};
                if (count > 4)
                {
                    {|KMEM1005:spin_unlock(ref lk)|};
                }

                count++;
        """), Method("""
                spin_lock(ref lk);
                spin_unlock(ref lk);

                count++;
        """));

    [Fact]
    public Task A_condition_that_does_more_than_look_stays() => FixTest.VerifyAsync<NeedlessLeaveCodeFixProvider>(Method("""
                spin_lock(ref lk);
                spin_unlock(ref lk);
                if (count++ > 3)
                    {|KMEM1005:spin_unlock(ref lk)|}; // twice
                else
                    count--;
                for (int i = 0; i < count; i++) {|KMEM1005:spin_unlock(ref lk)|};
        """), Method("""
                spin_lock(ref lk);
                spin_unlock(ref lk);
                if (count++ > 3)
                    { } // twice
                else
                    count--;
                for (int i = 0; i < count; i++) { }
        """));

    [Theory]
    [InlineData("spin_lock(ref lk); if (count > 3) spin_unlock(ref lk); count++; {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("while (count-- > 0) { {|KMEM1006:spin_lock(ref lk)|}; } {|KMEM1005:spin_unlock(ref lk)|};")]
    public Task Not_where_another_path_needs_it(string statements)
    {
        var code = Method(statements);
        return FixTest.VerifyAsync<NeedlessLeaveCodeFixProvider>(code, code);
    }

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;

        unsafe class C
        {
            static spinlock_t lk;
            static int count;

            static void M()
            {
        {{body}}
            }
        }
        """;
}
