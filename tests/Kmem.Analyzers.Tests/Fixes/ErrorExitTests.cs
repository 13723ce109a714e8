using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;
using static Kmem.Analyzers.Tests.Fixes.Support.MissingCheck;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>How a method leaves behind a check that was missing: as its type asks, and as the checks beside it do.</summary>
public class ErrorExitTests
{
    [Theory]
    [InlineData("int M()", "return -ENOMEM;", "return 0;")]
    [InlineData("long M()", "return -ENOMEM;", "return 0;")]
    [InlineData("void* M()", "return null;", "return p;")]
    [InlineData("byte* M()", "return null;", "return p;")]
    [InlineData("nint M()", "return 0;", "return 1;")]
    [InlineData("nuint M()", "return 0;", "return 1;")]
    [InlineData("object M()", "return null;", "return this;")]
    [InlineData("int? M()", "return null;", "return 1;")]
    [InlineData("bool M()", "return false;", "return true;")]
    [InlineData("void M()", "return;", "")]
    [InlineData("gfp_t M()", "throw new OutOfMemoryException();", "return 0;")]
    [InlineData("decimal M()", "throw new OutOfMemoryException();", "return 0;")]
    [InlineData("ref int M()", "throw new OutOfMemoryException();", "return ref number;")]
    [InlineData("T M<T>() where T : class", "return null;", "return default;")]
    [InlineData("T M<T>() where T : struct", "throw new OutOfMemoryException();", "return default;")]
    [InlineData("C()", "throw new OutOfMemoryException();", "")]
    [InlineData("static C()", "throw new OutOfMemoryException();", "")]
    [InlineData("int P { get", "return -ENOMEM;", "return 0; } ")]
    [InlineData("int P { set", "return;", "} ")]
    [InlineData("public static bool operator !(C c)", "return false;", "return true;")]
    [InlineData("IEnumerable<int> M()", "return null;", "return [];")]
    [InlineData("async Task M()", "return;", "")]
    [InlineData("async Task<int> M()", "return -ENOMEM;", "return 0;")]
    [InlineData("async ValueTask<bool> M()", "return false;", "return true;")]
    [InlineData("Task<int> M()", "throw new OutOfMemoryException();", "return Task.FromResult(1);")]
    [InlineData("bool M(out int x)", "throw new OutOfMemoryException();", "x = 1; return true;")]
    public async Task The_way_out_follows_the_methods_type(string header, string exit, string end)
    {
        string Code(string allocation, string check) =>
            $"{Usings}\nunsafe partial class C\n{{\n    {header}\n    {{\n        {allocation}{check}\n        *p = 1;\n        {end}\n    }}\n}}\n"
                .Replace("{ get\n    {", "{ get {", StringComparison.Ordinal)
                .Replace("{ set\n    {", "{ set {", StringComparison.Ordinal);
        await new FixCase<MissingNullCheckCodeFixProvider>(Code("byte* p = (byte*){|alloc:kmalloc(8, GFP_KERNEL)|};", "{|use:|}"))
            .Report("use", Decision())
            .FixesToAsync(Code("byte* p = (byte*)kmalloc(8, GFP_KERNEL);", $"\n        if (p == null)\n            {exit}"));
    }

    [Fact]
    public async Task An_iterator_breaks()
    {
        static string Code(string allocation, string check) => $$"""
            using static Kmem.Kernel;
            class C
            {
                System.Collections.Generic.IEnumerable<nuint> M()
                {
                    nuint p = {{allocation}};{{check}}
                    yield return p;
                }
            }
            """;
        await new FixCase<MissingNullCheckCodeFixProvider>(Code("{|alloc:__get_free_page(0)|}", "{|use:|}"))
            .Report("use", (DiagnosticProperties.Holder, "p"), (DiagnosticProperties.FailureLiteral, "0"), (DiagnosticProperties.AllocationSpan, "alloc"))
            .FixesToAsync(Code("__get_free_page(0)", "\n        if (p == 0)\n            yield break;"));
    }

    [Fact]
    public Task A_lambda_has_its_own_type() => Leaves("""
                System.Func<bool> f = () =>
                {
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                    {|use:*p|} = 1;
                    return true;
                };
                return f() ? 0 : 1;
        """, """
                System.Func<bool> f = () =>
                {
                    byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                    if (p == null)
                        return false;
                    *p = 1;
                    return true;
                };
                return f() ? 0 : 1;
        """);

    [Fact]
    public Task A_local_function_has_its_own_type_and_checks() => Leaves("""
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -EINVAL;
                return Get() == null ? 1 : 0;

                byte* Get()
                {
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                    {|use:*p|} = 1;
                    return p;
                }
        """, """
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -EINVAL;
                return Get() == null ? 1 : 0;

                byte* Get()
                {
                    byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                    if (p == null)
                        return null;
                    *p = 1;
                    return p;
                }
        """);

    [Fact]
    public async Task Top_level_statements_return()
    {
        static string Code(string allocation, string check) => $$"""
            // top-level
            using static Kmem.Kernel;
            unsafe
            {
                byte* p = (byte*){{allocation}};{{check}}
                *p = 1;
            }
            """;
        await new FixCase<MissingNullCheckCodeFixProvider>(Code("{|alloc:kmalloc(8, 0)|}", "{|use:|}"))
            .Report("use", Decision())
            .FixesToAsync(Code("kmalloc(8, 0)", "\n    if (p == null)\n        return;"));
    }

    [Fact]
    public async Task The_error_code_is_spelled_as_the_document_can() =>
        await new FixCase<MissingNullCheckCodeFixProvider>("""
        using Kmem;
        unsafe class C
        {
            int M()
            {
                byte* p = (byte*){|alloc:Kernel.kmalloc(8, gfp_t.GFP_KERNEL)|};
                return {|use:*p|};
            }
        }
        """)
        .Report("use", Decision())
        .FixesToAsync("""
        using Kmem;
        unsafe class C
        {
            int M()
            {
                byte* p = (byte*)Kernel.kmalloc(8, gfp_t.GFP_KERNEL);
                if (p == null)
                    return -Kernel.ENOMEM;
                return *p;
            }
        }
        """);

    [Fact]
    public async Task A_method_that_promises_not_null_throws() =>
        await new FixCase<MissingNullCheckCodeFixProvider>("""
        #nullable enable
        using static Kmem.Kernel;
        unsafe class C
        {
            string M()
            {
                byte* p = (byte*){|alloc:kmalloc(8, 0)|};
                return ({|use:*p|}).ToString();
            }
        }
        """)
        .Report("use", Decision())
        .FixesToAsync("""
        #nullable enable
        using static Kmem.Kernel;
        unsafe class C
        {
            string M()
            {
                byte* p = (byte*)kmalloc(8, 0);
                if (p == null)
                    throw new System.OutOfMemoryException();
                return (*p).ToString();
            }
        }
        """);

    [Fact]
    public Task As_the_check_in_front_leaves_with_its_braces() => Leaves("""
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null) {
                    return -EINVAL;
                }
                other = q;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                return 0;
        """, """
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null) {
                    return -EINVAL;
                }
                other = q;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    return -EINVAL;
                }
                *p = 1;
                return 0;
        """);

    [Fact]
    public Task Checks_of_arguments_are_no_pattern() => Leaves("""
                if (dev == null)
                    return -EINVAL;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                return 0;
        """, """
                if (dev == null)
                    return -EINVAL;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                *p = 1;
                return 0;
        """);

    [Fact]
    public Task Checks_of_calls_that_allocate_nothing_are_no_pattern() => Leaves("""
                object found = Find();
                if (found == null)
                    return -EINVAL;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                return 0;
        """, """
                object found = Find();
                if (found == null)
                    return -EINVAL;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                *p = 1;
                return 0;
        """);

    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        partial class C { static int number; }
        """;
}
