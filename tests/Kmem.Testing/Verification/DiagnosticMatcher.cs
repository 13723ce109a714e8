using System.Collections.Immutable;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Pairs expected and actual diagnostics, as many as possible, whatever their order.</summary>
internal sealed class DiagnosticMatcher
{
    private readonly ImmutableArray<DiagnosticResult> _expected;
    private readonly ImmutableArray<Diagnostic> _actual;
    private readonly int[] _partnerOfActual;

    private DiagnosticMatcher(ImmutableArray<DiagnosticResult> expected, ImmutableArray<Diagnostic> actual)
    {
        _expected = expected;
        _actual = actual;
        _partnerOfActual = new int[actual.Length];
        Array.Fill(_partnerOfActual, -1);
    }

    public static (ImmutableArray<DiagnosticResult> Missing, ImmutableArray<Diagnostic> Unexpected) Match(
        ImmutableArray<DiagnosticResult> expected,
        ImmutableArray<Diagnostic> actual)
    {
        var matcher = new DiagnosticMatcher(expected, actual);
        var missing = expected.Where((_, index) => !matcher.TryPair(index, new bool[actual.Length])).ToImmutableArray();
        return (missing, [.. actual.Where((_, index) => matcher._partnerOfActual[index] < 0)]);
    }

    // An actual diagnostic already taken is freed if its partner can be paired otherwise.
    private bool TryPair(int expected, bool[] tried)
    {
        for (int index = 0; index < _actual.Length; index++)
        {
            if (tried[index] || DiagnosticComparison.FirstDifference(_expected[expected], _actual[index]) is not null)
                continue;
            tried[index] = true;
            if (_partnerOfActual[index] < 0 || TryPair(_partnerOfActual[index], tried))
            {
                _partnerOfActual[index] = expected;
                return true;
            }
        }

        return false;
    }
}
