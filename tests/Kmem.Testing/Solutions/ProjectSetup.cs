using System.Collections.Immutable;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Everything that fixes a test's compilation but its files: tests with equal setups share the bound references.</summary>
internal sealed record ProjectSetup(CompilationOptions CompilationOptions, ParseOptions ParseOptions, ImmutableArray<MetadataReference> References)
{
    public bool Equals(ProjectSetup? other) =>
        other is not null
        && CompilationOptions.Equals(other.CompilationOptions)
        && ParseOptions.Equals(other.ParseOptions)
        && References.SequenceEqual(other.References);

    public override int GetHashCode() => HashCode.Combine(ParseOptions, CompilationOptions.OutputKind, References.Length);
}
