using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Stack;

/// <summary>KMEM5002.</summary>
public class StackAllocationTests
{
    [Theory]
    [InlineData("byte* p = {|KMEM5002:stackalloc byte[n]|};")]
    [InlineData("Span<byte> p = {|KMEM5002:stackalloc byte[n]|};")]
    [InlineData("Span<int> p = {|KMEM5002:stackalloc int[n * 4 + 1]|};")]
    [InlineData("Span<char> p = {|KMEM5002:stackalloc char[text.Length]|};")]
    [InlineData("if (n > 0) { Span<byte> p = {|KMEM5002:stackalloc byte[n]|}; }")]
    [InlineData("Span<byte> p = {|KMEM5002:stackalloc byte[Count()]|};")]
    [InlineData("Span<byte> p = {|KMEM5002:stackalloc byte[System.Text.Encoding.UTF8.GetMaxByteCount(n)]|};")]
    [InlineData("for (int i = 0; i < 10; i++) { byte* p = {|KMEM5002:stackalloc byte[16]|}; }")]
    [InlineData("foreach (char c in text) { Span<byte> p = {|KMEM5002:stackalloc byte[4]|}; }")]
    [InlineData("again: Span<byte> p = {|KMEM5002:stackalloc byte[16]|}; if (condition) goto again;")]
    [InlineData("while (other) { Span<byte> p = {|KMEM5002:stackalloc byte[16]|}; if (condition) continue; break; }")]
    [InlineData("while (other) { if (condition) { Span<byte> p = {|KMEM5002:stackalloc byte[4]|}; } }")]
    [InlineData("do { Span<int> p = {|KMEM5002:stackalloc[] { 1, 2 }|}; } while (condition);")]
    [InlineData("Action act = () => { Span<byte> p = {|KMEM5002:stackalloc byte[n]|}; };")]
    [InlineData("int size = n; Span<byte> p = {|KMEM5002:stackalloc byte[size]|};")]
    public Task What_may_use_up_the_stack_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("byte* p = stackalloc byte[64];")]
    [InlineData("Span<int> p = stackalloc[] { 1, 2, 3 };")]
    [InlineData("Span<int> p = stackalloc int[2] { 1, 2 };")]
    [InlineData("const int Size = 64; Span<byte> p = stackalloc byte[Size * 2];")]
    [InlineData("Span<byte> p = n <= 256 ? stackalloc byte[n] : new byte[n];")]
    [InlineData("Span<byte> p = n > 256 ? new byte[n] : stackalloc byte[n];")]
    [InlineData("if (n > 512) return; byte* p = stackalloc byte[n];")]
    [InlineData("if (n is < 0 or > 64) return; byte* p = stackalloc byte[n];")]
    [InlineData("Span<char> p = text.Length < 128 ? stackalloc char[text.Length] : new char[text.Length];")]
    [InlineData("Span<byte> p = stackalloc byte[Math.Min(n, 64)];")]
    [InlineData("Span<byte> p = stackalloc byte[n & 63];")]
    [InlineData("Span<byte> p = stackalloc byte[n % 64];")]
    [InlineData("Span<byte> p = stackalloc byte[small];")]
    [InlineData("Span<byte> p = stackalloc byte[sizeof(int) * 4];")]
    [InlineData("Span<byte> p = stackalloc byte[Marshal.SizeOf<Guid>()];")]
    [InlineData("Span<byte> p = stackalloc byte[Marshal.SizeOf(typeof(Guid))];")]
    [InlineData("Span<byte> p = stackalloc byte[System.Text.Encoding.UTF8.GetMaxByteCount(16)];")]
    [InlineData("Span<byte> p = stackalloc byte[Fixed];")]
    [InlineData("int size = 64; Span<byte> p = stackalloc byte[size];")]
    [InlineData("Span<byte> p = stackalloc byte[64]; for (int i = 0; i < n; i++) p[i & 63] = 1;")]
    [InlineData("if (condition) goto once; return; once: Span<byte> p = stackalloc byte[64]; if (other) goto end; p[0] = 1; end: ;")]
    [InlineData("Span<byte> p = stackalloc byte[64]; again: p[0]++; if (p[0] < n) goto again;")]
    [InlineData("while (true) { Span<byte> p = stackalloc byte[64]; break; }")]
    [InlineData("for (int i = 0; i < n; i++) { Action act = () => { Span<byte> p = stackalloc byte[8]; }; act(); }")]
    [InlineData("Debug.Assert(n <= 64); Span<byte> p = stackalloc byte[n];")]
    public Task What_is_limited_is_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("byte* p = stackalloc byte[{|CS0103:missing|}];")]
    [InlineData("byte* p = stackalloc {|CS1575:byte|};")]
    [InlineData("byte* p = {|KMEM5002:stackalloc byte[n]|}; {|CS0103:missing|}();")]
    public Task Broken_code_is_analysed(string statements) => InMethodAsync(statements);

    private static Task InMethodAsync(string statements) => Verify.DotNetAsync(
        "using System; using System.Diagnostics; using System.Runtime.InteropServices;\nunsafe class C\n{\nstatic readonly int Fixed = 16;\nint Count() => 3;\n"
        + "void Test(int n, byte small, string text, bool condition, bool other)\n{\n" + statements + "\n}\n}");
}
