using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Architecture;

/// <summary>References run downwards in the house.</summary>
public class LayersTests
{
    [Fact]
    public void No_reference_of_the_analyzers_runs_upwards()
    {
        CSharpCompilation analyzers = SourceProject.CompileFolder("src/Kmem.Analyzers");

        // A checker that cannot bind a name sees no reference in it.
        Assert.DoesNotContain(analyzers.GetDiagnostics(), diagnostic => diagnostic.Id is "CS0246" or "CS0234" or "CS0103");
        Assert.Empty(UpwardReferences.Find(analyzers));
    }

    [Theory]
    [InlineData("namespace Kmem.Analyzers.Contracts; class C { Flow.F field; }", "Contracts refers to Flow by 'F'")]
    [InlineData("namespace Kmem.Analyzers.Contracts; class C { void M() { var f = Flow.F.Make(); } }", "Contracts refers to Flow by 'var'")]
    [InlineData("namespace Kmem.Analyzers.Contracts; class C { void M() => new object().Extend(); }", null)]
    [InlineData("using Kmem.Analyzers.Flow; namespace Kmem.Analyzers.Contracts; class C { }", "Contracts refers to Flow by 'Flow'")]
    [InlineData("using Kmem.Analyzers.Flow; namespace Kmem.Analyzers.Contracts; class C { void M() => new object().Extend(); }", "Contracts refers to Flow by 'Extend'")]
    [InlineData("using static Kmem.Analyzers.Flow.F; namespace Kmem.Analyzers.Contracts; class C { object M() => Make(); }", "Contracts refers to Flow by 'Make'")]
    [InlineData("using Alias = Kmem.Analyzers.Flow.F; namespace Kmem.Analyzers.Contracts; class C { Alias a; }", "Contracts refers to Flow by 'Alias'")]
    [InlineData("namespace Kmem.Analyzers.Flow.Deep { class C { Context.X x; } }", "Flow refers to Context by 'X'")]
    [InlineData("namespace Kmem.Analyzers.Lifetime; class C : Context.X { }", "Lifetime refers to Context by 'X'")]
    [InlineData("namespace Kmem.Analyzers.Context; class C { Analyzer a; }", "Context refers to analyzers by 'Analyzer'")]
    [InlineData("namespace Kmem.Analyzers; class Rules { Contracts.K k; }", "tables refers to Contracts by 'K'")]
    [InlineData("namespace Kmem.Analyzers.Context; class C { Flow.F f; Contracts.K k; object r = Rules.One; }", null)]
    [InlineData("namespace Kmem.Analyzers; class C { Flow.F f; Context.X x; Lifetime.Y y; }", null)]
    [InlineData("namespace Kmem.Analyzers.Flow; class C { Contracts.K k; System.Text.StringBuilder b; }", null)]
    public void The_check_sees_every_kind_of_reference(string source, string? expected)
    {
        const string House = """
            namespace Kmem.Analyzers { class Analyzer { } }
            namespace Kmem.Analyzers { partial class Rules { public static object One; } }
            namespace Kmem.Analyzers.Contracts { class K { } }
            namespace Kmem.Analyzers.Flow { class F { public static F Make() => null; } static class Extensions { public static void Extend(this object o) { } } }
            namespace Kmem.Analyzers.Context { class X { } }
            namespace Kmem.Analyzers.Lifetime { class Y { } }
            """;
        string room = source.Replace("class Rules", "partial class Rules", StringComparison.Ordinal);

        IEnumerable<string> found = UpwardReferences.Find(SourceProject.Compile("House", ("House.cs", House), ("Room.cs", room)));

        if (expected is null)
            Assert.Empty(found);
        else
            Assert.Contains($"Room.cs(1): {expected}", found);
    }

    [Fact]
    public void A_part_without_a_place_in_the_order_is_told()
    {
        CSharpCompilation house = SourceProject.Compile(
            "House",
            ("House.cs", "namespace Kmem.Analyzers.Attic { class A { } } namespace Kmem.Analyzers.Flow { class F { Attic.A a; } }"));

        var error = Assert.Throws<InvalidOperationException>(() => UpwardReferences.Find(house).ToList());
        Assert.Contains("'Kmem.Analyzers.Attic' has no place in the written order", error.Message, StringComparison.Ordinal);
    }
}
