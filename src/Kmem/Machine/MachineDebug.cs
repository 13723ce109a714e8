namespace Kmem;

/// <summary>Checks that cost time, chosen when the machine boots.</summary>
[Flags]
public enum MachineDebug
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Functions that may sleep report a caller that must not.</summary>
    AtomicSleep = 8,

    /// <summary>Every check there is.</summary>
    All = AtomicSleep,
}
