using System.Globalization;
using System.Runtime.InteropServices;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>One value that the card can be told.</summary>
internal struct Setting
{
    public uint Register;
    public uint Value;
}

/// <summary>What the user wants of the card. Called in process context.</summary>
public static unsafe class Settings
{
    /// <summary>Waits until the card has taken over what was set.</summary>
    [MightSleep]
    public static void Settle() => msleep(1);

    /// <summary>Allocates room for settings; the caller frees it with kfree.</summary>
    /// <returns>The room, all zero; null without memory.</returns>
    internal static Setting* CreateTable(nuint bytes)
    {
        return (Setting*)kzalloc(bytes, GFP_KERNEL);
    }

    /// <summary>Copies settings; the caller frees them with kfree.</summary>
    /// <returns>The copy; null without memory.</returns>
    internal static Setting* CopyTable(Setting* table, nuint bytes)
    {
        return (Setting*)kmemdup(table, bytes, GFP_KERNEL);
    }

    /// <summary>Forgets settings.</summary>
    /// <param name="table">What CreateTable or CopyTable gave; null: there are none.</param>
    internal static void FreeTable(Setting* table)
    {
        kfree(table);
    }

    /// <summary>Allocates room for an answer of the card; the caller frees it with kfree.</summary>
    /// <returns>The room; null without memory.</returns>
    [ProcessContext]
    internal static byte* CreateAnswer(nuint bytes) => (byte*)kmalloc(bytes, GFP_KERNEL);

    /// <summary>Tells the card settings, one by one.</summary>
    /// <param name="settings">The cache that settings come from.</param>
    /// <returns>0 or -ENOMEM.</returns>
    internal static int Send(kmem_cache settings, uint first, uint count, uint value)
    {
        for (uint i = 0; i < count; i++)
        {
            Setting* setting = (Setting*)kmem_cache_alloc(settings, GFP_KERNEL);
            if (setting == null)
                return -ENOMEM;
            setting->Register = first + i;
            setting->Value = value;
            Card.Write((byte*)setting, (byte*)setting, (uint)sizeof(Setting));
            kmem_cache_free(settings, setting);
        }

        return 0;
    }

    /// <summary>Reads a number as users write it, and shows it to the card as text.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    internal static uint Read(string text)
    {
        nint shown = Marshal.StringToHGlobalAnsi(text);
        try
        {
            uint value = uint.Parse(text, CultureInfo.InvariantCulture);
            Card.Write((byte*)shown, (byte*)shown, (uint)text.Length);
            return value;
        }
        finally
        {
            Marshal.FreeHGlobal(shown);
        }
    }
}
