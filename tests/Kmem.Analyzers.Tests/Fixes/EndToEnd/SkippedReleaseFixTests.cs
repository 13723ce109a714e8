using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>The fix of KMEM2012.</summary>
public class SkippedReleaseFixTests
{
    [Fact]
    public Task The_release_goes_into_a_finally() => VerifyAsync("""
                // For the call.
                IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|}; // eight

                // Now.
                Work();
                if (n > 3)
                    Work(); // again

                // Done.
                Marshal.FreeHGlobal(p); // at last
                return n;
        """, """
                // For the call.
                IntPtr p = Marshal.AllocHGlobal(8); // eight

                try
                {
                    // Now.
                    Work();
                    if (n > 3)
                        Work(); // again
                }
                finally
                {
                    // Done.
                    Marshal.FreeHGlobal(p); // at last
                }
                return n;
        """);

    [Fact]
    public Task Variables_that_are_used_behind_it_are_declared_in_front() => VerifyAsync("""
                IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|};
                var sum = Read();
                int local = sum + 1;
                Marshal.FreeHGlobal(p);
                return sum;
        """, """
                IntPtr p = Marshal.AllocHGlobal(8);
                int sum;
                try
                {
                    sum = Read();
                    int local = sum + 1;
                }
                finally
                {
                    Marshal.FreeHGlobal(p);
                }
                return sum;
        """);

    [Fact]
    public Task Strings_and_directives_stay_as_they_are() => VerifyAsync("""
                IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|};
        #if !DEBUG
                Work();
        #endif
                string s = @"one
          two";
                Marshal.FreeHGlobal(p);
                return 0;
        """, """
                IntPtr p = Marshal.AllocHGlobal(8);
                try
                {
        #if !DEBUG
                    Work();
        #endif
                    string s = @"one
          two";
                }
                finally
                {
                    Marshal.FreeHGlobal(p);
                }
                return 0;
        """);

    [Theory]
    [InlineData("if (n > 3)\n            goto end;\n        Work();\n        Marshal.FreeHGlobal(p);\n        return 1;\n    end:\n        Marshal.FreeHGlobal(p);\n        return 0;")]
    [InlineData("Work();\n        if (n > 3)\n        {\n            Marshal.FreeHGlobal(p);\n            return 1;\n        }\n        Marshal.FreeHGlobal(p);\n        return 0;")]
    [InlineData("ReadOnlySpan<byte> bytes = new byte[Read()];\n        Marshal.FreeHGlobal(p);\n        return bytes.Length;")]
    [InlineData("Work(); Marshal.FreeHGlobal(p);\n        return 0;")]
    [InlineData("if (!int.TryParse(\"1\", out int parsed))\n            Work();\n        Marshal.FreeHGlobal(p);\n        return parsed;")]
    [InlineData("using var file = new Disposable();\n        Work();\n        Marshal.FreeHGlobal(p);\n        return 0;")]
    public Task Nothing_is_offered_where_it_would_change_what_the_code_does(string statements)
    {
        var code = Code("        IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|};\n        " + statements);
        return FixTest.VerifyAsync<SkippedReleaseCodeFixProvider>(code, code);
    }

    [Fact]
    public Task Nested_memory_is_released_in_nested_blocks() => VerifyAsync("""
                IntPtr a = {|KMEM2012:Marshal.AllocHGlobal(8)|};
                IntPtr b = {|KMEM2012:Marshal.AllocHGlobal(8)|};
                Work();
                Marshal.FreeHGlobal(b);
                Marshal.FreeHGlobal(a);
                return 0;
        """, """
                IntPtr a = Marshal.AllocHGlobal(8);
                try
                {
                    IntPtr b = Marshal.AllocHGlobal(8);
                    try
                    {
                        Work();
                    }
                    finally
                    {
                        Marshal.FreeHGlobal(b);
                    }
                }
                finally
                {
                    Marshal.FreeHGlobal(a);
                }
                return 0;
        """);

    [Fact]
    public Task A_catch_that_only_releases_becomes_a_finally() => VerifyAsync("""
                IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|};
                try
                {
                    native(p);
                    return Marshal.ReadInt32(p);
                }
                catch (Exception) // whatever comes
                {
                    // The table.
                    Marshal.FreeHGlobal(p);
                    throw;
                }
        """, """
                IntPtr p = Marshal.AllocHGlobal(8);
                try
                {
                    native(p);
                    return Marshal.ReadInt32(p);
                }
                finally // whatever comes
                {
                    // The table.
                    Marshal.FreeHGlobal(p);
                }
        """);

    [Theory]
    [InlineData("catch { Work(); Marshal.FreeHGlobal(p); throw; }\n        return 0;")]
    [InlineData("catch { Marshal.FreeHGlobal(p); }\n        return 0;")]
    [InlineData("catch (IOException) when (n > 3) { Marshal.FreeHGlobal(p); throw; }\n        return 0;")]
    [InlineData("catch { Marshal.FreeHGlobal(p); throw; }\n        finally { Work(); }\n        return 0;")]
    [InlineData("catch { Marshal.FreeHGlobal(p); throw; }\n        return Marshal.ReadInt32(p);")]
    [InlineData("catch (IOException) { throw; }\n        catch { Marshal.FreeHGlobal(p); throw; }\n        return 0;")]
    public Task A_catch_that_does_more_stays(string rest)
    {
        var code = Code("        IntPtr p = {|KMEM2012:Marshal.AllocHGlobal(8)|};\n        try { native(p); Marshal.ReadInt32(p); }\n        " + rest);
        return FixTest.VerifyAsync<SkippedReleaseCodeFixProvider>(code, code);
    }

    private static Task VerifyAsync(string statements, string fixedStatements) =>
        FixTest.VerifyAsync<SkippedReleaseCodeFixProvider>(Code(statements), Code(fixedStatements));

    private static string Code(string statements) => $$"""
        using System;
        using System.IO;
        using System.Runtime.InteropServices;

        class Disposable : IDisposable { public void Dispose() { } }

        class Library
        {
            [DllImport("x")] static extern int native(IntPtr p);

            static void Work() { if (File.Exists("x")) throw new IOException(); }

            static int Read() { Work(); return 1; }

            static int Test(int n)
            {
        {{statements}}
            }
        }
        """;
}
