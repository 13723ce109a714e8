namespace Kmem.Tests;

/// <summary>What the system has mapped for this process.</summary>
internal static unsafe class HostMappings
{
    /// <summary>True if memory that can be written lies behind an address; else touching it ends the process.</summary>
    public static bool IsWritable(void* address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps").Where(line => line.Contains(" rw", StringComparison.Ordinal)))
        {
            string[] ends = line.Split(' ')[0].Split('-');
            if ((nuint)address >= (nuint)Convert.ToUInt64(ends[0], 16) && (nuint)address < (nuint)Convert.ToUInt64(ends[1], 16))
                return true;
        }
        return false;
    }
}
