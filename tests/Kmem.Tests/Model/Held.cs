namespace Kmem.Tests.Model;

/// <summary>Memory a thread holds: where it is, what was promised of it, and how it is given back.</summary>
/// <param name="Address">Where the thread writes.</param>
/// <param name="Bytes">How much it may write.</param>
/// <param name="Alignment">What the address is a multiple of.</param>
/// <param name="PhysicalEnd">Its frames lie below this physical address.</param>
/// <param name="Pattern">What the thread writes into every byte: another owner of one would write something else.</param>
/// <param name="Release">Gives it back.</param>
internal sealed unsafe record Held(nint Address, int Bytes, int Alignment, ulong PhysicalEnd, byte Pattern, Action Release)
{
    /// <summary>The page struct of what lies in one page and is written through a mapping that says nothing of its frame; 0: the address says it.</summary>
    public nint Page { get; init; }

    /// <summary>True: the release writes to the memory first, so it must not be done twice.</summary>
    public bool WritesBeforeRelease { get; init; }

    public void Fill() => new Span<byte>((void*)Address, Bytes).Fill(Pattern);

    public void CheckContents() => Assert.False(new Span<byte>((void*)Address, Bytes).ContainsAnyExcept(Pattern));
}
