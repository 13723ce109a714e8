using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fails with an <see cref="InvalidOperationException"/>, which every test framework reports.</summary>
public class DefaultVerifier : IVerifier
{
    private readonly ImmutableStack<string> _context;

    /// <summary>Creates a verifier without context.</summary>
    public DefaultVerifier()
        : this([])
    {
    }

    private DefaultVerifier(ImmutableStack<string> context) => _context = context;

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Fail(string? message = null)
    {
        IEnumerable<string> lines = _context.Reverse().Select(context => $"Context: {context}").Append(message ?? "The test failed.");
        throw new InvalidOperationException(string.Join(Environment.NewLine, lines));
    }

    /// <inheritdoc/>
    public void Equal<T>(T expected, T actual, string? message = null)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            Fail($"{message ?? "The values differ."}{Environment.NewLine}Expected: {expected}{Environment.NewLine}Actual:   {actual}");
    }

    /// <inheritdoc/>
    public IVerifier PushContext(string context) => new DefaultVerifier(_context.Push(context));
}
