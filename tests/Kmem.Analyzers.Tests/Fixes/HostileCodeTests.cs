using System.Collections.Immutable;
using Kmem.Analyzers.Tests.Fixes.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>Diagnostics at every node of odd code, with decisions that fit and that do not: no fixer throws, and what is written can be read.</summary>
public class HostileCodeTests
{
    private const string Statements = """
        #nullable enable
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        unsafe class C
        {
            static spinlock_t lk; static PerCpu<int> v = new(); void* field = kmalloc(1, GFP_KERNEL); nuint Prop => __get_free_page(GFP_KERNEL);
            C(gfp_t f) : this() => field = kmalloc(8, f | GFP_KERNEL);
            C() { }
            int M(nuint n, out int o)
            {
                spin_lock(ref lk); if (n > 1) goto end; for (var i = 0; ; i++) { void* p = kmalloc(n, i > 2 ? GFP_KERNEL : GFP_ATOMIC); if (p is null) { spin_unlock(ref lk); break; } kfree(p); }
                ref int c = ref get_cpu_var(v);
        #if X
                broken(
        #elif !Y
                void* q = vmalloc(n), r = vzalloc(n) /* two */; vfree(q);
        #endif
                switch (n) { case 1: vfree(null); break; default: lock (this) msleep(1); break; }
                put_cpu_var(v);
                System.Action<int> a = delegate (int x) { var m = kmap(null); kunmap(null); }; a += x => kfree((void*)x);
                try { field = kmem_cache_alloc(new(), GFP_HIGHUSER); } catch { throw; } finally { kfree(field); }
                int Local() => *(int*)kmalloc(4, GFP_KERNEL & ~__GFP_WAIT);
            end:
                o = Local(); while (true) if (field != null) return (int)*(byte*)field; else vfree(field);
            }
        }
        """;

    private const string Broken = """
        using static Kmem.Kernel
        class C { void* p = kmalloc(, ; int M( { spin_lock(ref ; p = kmalloc(8 GFP_KERNEL; if (p == ) return
            vmalloc(n) = 3; kfree(vfree(kmap( ; goto ; label: ; lambda => ; switch { case : } }
        } } #endif
        void* q = (void*)kmalloc(8, Kmem.gfp_t.); if (q) {
        """;

    private const string TopLevel = """
        // top-level
        using static Kmem.Kernel;
        unsafe { int* p = (int*)kmalloc(4, Kmem.gfp_t.GFP_KERNEL); *p = 1; }
        await System.Threading.Tasks.Task.Yield(); msleep(1);
        nuint a = __get_free_page(0); System.Console.WriteLine(a);
        """;

    [Theory]
    [InlineData(Statements)]
    [InlineData(Broken)]
    [InlineData(TopLevel)]
    [InlineData("")]
    public async Task No_fixer_throws_or_garbles(string code)
    {
        var document = FixDocuments.Create(code);
        var root = (await document.GetSyntaxRootAsync())!;
        var errors = Errors(root);
        var random = new Random(20240229);
        var written = 0;
        foreach (var provider in FixProviders.CreateAll())
        {
            foreach (var span in root.DescendantNodes().Select(node => node.Span).Append(new TextSpan(code.Length + 5, 3)).Distinct())
            {
                foreach (var action in await ActionsAsync(provider, document, root, span, random))
                {
                    var operations = await action.GetOperationsAsync(CancellationToken.None);
                    var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
                    var after = (await changed.GetSyntaxRootAsync())!;
                    Assert.True(Errors(after) <= errors, $"{action.Title}: {after.ToFullString()}");
                    written++;
                }
            }
        }

        Assert.True(written > 0 || code != Statements);
    }

    private static int Errors(SyntaxNode root) => root.GetDiagnostics().Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static async Task<List<CodeAction>> ActionsAsync(CodeFixProvider provider, Document document, SyntaxNode root, TextSpan span, Random random)
    {
        var actions = new List<CodeAction>();
        var rule = Rules.All.Single(rule => rule.Id == provider.FixableDiagnosticIds.Single());
        var diagnostic = Diagnostic.Create(rule, Location.Create(root.SyntaxTree, span), Decisions(root, random));
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    private static ImmutableDictionary<string, string?> Decisions(SyntaxNode root, Random random)
    {
        var calls = root.DescendantNodes().Where(node => node.IsKind(SyntaxKind.InvocationExpression)).ToList();
        string Span() => random.Next(8) switch
        {
            0 => "x",
            1 => "2147483647,2147483647",
            2 => "5",
            _ when calls.Count > 0 => FormattableString.Invariant($"{calls[random.Next(calls.Count)].SpanStart},{calls[random.Next(calls.Count)].Span.Length}"),
            _ => "0,0",
        };
        string Pick(params string[] choices) => choices[random.Next(choices.Length)];

        return ImmutableDictionary<string, string?>.Empty
            .Add(DiagnosticProperties.FlagReplacements, Pick("GFP_KERNEL=GFP_ATOMIC;GFP_HIGHUSER=GFP_ATOMIC,__GFP_HIGHMEM;__GFP_WAIT=", "GFP_KERNEL=", "=;;,=", ""))
            .Add(DiagnosticProperties.WholeFlags, Pick("GFP_ATOMIC", "NO_SUCH", ",", ""))
            .Add(DiagnosticProperties.FlagsType, Pick("Kmem.gfp_t", "No.Such"))
            .Add(DiagnosticProperties.Callee, Pick("M:Kmem.Kernel.vmalloc(System.UIntPtr)", "?"))
            .Add(DiagnosticProperties.EnterSpan, Span())
            .Add(DiagnosticProperties.LeaveSpan, Span())
            .Add(DiagnosticProperties.AllocationSpan, Span())
            .Add(DiagnosticProperties.Holder, Pick("p", "q", "field", "a", "(("))
            .Add(DiagnosticProperties.FailureLiteral, Pick("null", "0", "-1"))
            .Add(DiagnosticProperties.Release, Pick("vfree({0})", "kmem_cache_free(x, {0})", "{0}.Free()", "{0}{0}", "("))
            .Add(DiagnosticProperties.ReleaseType, Pick("Kmem.Kernel", "No.Such", "("))
            .Add(DiagnosticProperties.ReleaseParameterType, Pick("void*", "nint", "(", "No.Such"));
    }
}
