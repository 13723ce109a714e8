using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>The shapes, as they are and broken.</summary>
public class ShapeTests
{
    private static readonly int[] Steps = [3, 7, 13];

    [Theory]
    [MemberData(nameof(ShapeCatalog.SmallNames), MemberType = typeof(ShapeCatalog))]
    [MemberData(nameof(ShapeCatalog.HugeNames), MemberType = typeof(ShapeCatalog))]
    public Task A_shape_is_analysed(string name) => new HostileRun().BuildAsync(name, Prelude.Compile(ShapeCatalog.Find(name)));

    [Theory]
    [MemberData(nameof(ShapeCatalog.SmallNames), MemberType = typeof(ShapeCatalog))]
    public Task A_shape_is_analysed_while_it_is_edited(string name) => new HostileRun().EditAsync(name, Prelude.Compile(ShapeCatalog.Find(name)));

    [Theory]
    [MemberData(nameof(ShapeCatalog.SmallNames), MemberType = typeof(ShapeCatalog))]
    public async Task A_shape_that_lacks_tokens_is_analysed(string name)
    {
        Shape shape = ShapeCatalog.Find(name);
        foreach (string broken in Mutations.WithoutOneToken(shape.Code, 12).Concat(Steps.Select(step => Mutations.WithoutEvery(shape.Code, step))))
            await AnalyseAsync(shape with { Code = broken });
    }

    [Theory]
    [MemberData(nameof(ShapeCatalog.SmallNames), MemberType = typeof(ShapeCatalog))]
    public async Task A_shape_with_tokens_twice_is_analysed(string name)
    {
        Shape shape = ShapeCatalog.Find(name);
        foreach (string broken in Mutations.WithOneTokenTwice(shape.Code, 8))
            await AnalyseAsync(shape with { Code = broken });
    }

    [Theory]
    [MemberData(nameof(ShapeCatalog.SmallNames), MemberType = typeof(ShapeCatalog))]
    public async Task The_beginning_of_a_shape_is_analysed(string name)
    {
        Shape shape = ShapeCatalog.Find(name);
        foreach (string beginning in Mutations.Beginnings(shape.Code, 12))
            await AnalyseAsync(shape with { Code = beginning });
    }

    // A shape with an unwanted error would hide from the analyzers what it is there for.
    [Fact]
    public void Shapes_compile_exactly_if_they_say_so()
    {
        string[] surprises =
        [
            .. from shape in ShapeCatalog.All
               let errors = Prelude.Compile(shape).GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
               where shape.Valid == errors.Any()
               select $"{shape.Name}: {string.Join(" ", errors.DefaultIfEmpty())}",
        ];

        Assert.True(surprises.Length == 0, string.Join(Environment.NewLine, surprises));
    }

    private static Task AnalyseAsync(Shape shape) => new HostileRun().BuildAsync($"{shape.Name}:\n{shape.Code}\n", Prelude.Compile(shape));
}
