using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How a test fails.</summary>
public interface IVerifier
{
    /// <summary>Fails with <paramref name="message"/>.</summary>
    [DoesNotReturn]
    void Fail(string? message = null);

    /// <summary>Fails unless both are equal.</summary>
    void Equal<T>(T expected, T actual, string? message = null);

    /// <summary>A verifier whose failures also say <paramref name="context"/>.</summary>
    IVerifier PushContext(string context);
}
