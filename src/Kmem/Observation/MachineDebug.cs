namespace Kmem;

/// <summary>Checks that cost time, chosen when the machine boots. KMEM_DEBUG takes the same names, separated by commas.</summary>
[Flags]
public enum MachineDebug
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Free slab objects are filled with a5: finds writes after the release, and makes reads after it show.</summary>
    Poison = 1,

    /// <summary>Guards around each slab object find writes outside it.</summary>
    RedZone = 2,

    /// <summary>Remembers who allocated and who freed each slab object, block of pages, area and per-CPU object: for reports of bugs and the leak report.</summary>
    Track = 4,

    /// <summary>Functions that may sleep report a caller that must not.</summary>
    AtomicSleep = 8,

    /// <summary>All memory is zeroed when it is allocated.</summary>
    InitOnAlloc = 16,

    /// <summary>All memory is zeroed when it is freed.</summary>
    InitOnFree = 32,

    /// <summary>Entering a section, and calling what may sleep, reports a thread or interrupt that has used more stack than a kernel has (<see cref="MachineOptions.ThreadSize"/>).</summary>
    Stack = 64,

    /// <summary>Every check that finds bugs in the use of memory and sections.</summary>
    All = Poison | RedZone | Track | AtomicSleep,
}
