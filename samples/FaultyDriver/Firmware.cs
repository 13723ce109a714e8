using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>A part of the card's program, and where the card wants it.</summary>
internal unsafe struct Section(byte* data, uint length, uint target)
{
    public readonly byte* Data = data;
    public readonly uint Length = length;
    public readonly uint Target = target;
}

/// <summary>The whole program, as it is sent to the card.</summary>
internal unsafe struct Image
{
    public byte* Bytes;
    public nuint Length;
}

/// <summary>Puts the card's program together and sends it. Called in process context.</summary>
internal static unsafe class Firmware
{
    private const nuint LargestImage = 8 * 1024 * 1024;
    private const uint WindowOrder = 2;

    /// <summary>Allocates a table of empty sections; the caller frees it with kfree.</summary>
    /// <returns>The table; null without memory.</returns>
    public static Section* CreateTable(uint count)
    {
        return (Section*)kzalloc(count * (nuint)sizeof(Section), GFP_KERNEL);
    }

    /// <summary>Copies a section's head; the caller frees it with kfree.</summary>
    /// <returns>The copy; null without memory.</returns>
    public static Section* Copy(Section* section)
    {
        Section* copy = (Section*)kmalloc((nuint)sizeof(Section*), GFP_KERNEL);
        if (copy != null)
            *copy = *section;
        return copy;
    }

    /// <summary>Makes an image longer.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    public static int Grow(Image* image, nuint length)
    {
        image->Bytes = (byte*)krealloc(image->Bytes, image->Length + length, GFP_KERNEL);
        if (image->Bytes == null)
            return -ENOMEM;
        memset(image->Bytes + image->Length, 0, length);
        image->Length += length;
        return 0;
    }

    /// <summary>Compares an image with what the card has stored.</summary>
    /// <returns>0, -EINVAL if they differ, or -ENOMEM.</returns>
    public static int Verify(Image* image)
    {
        byte* stored = (byte*)kmalloc(LargestImage, GFP_KERNEL);
        if (stored == null)
            return -ENOMEM;
        Card.ReadBack(stored, LargestImage);
        bool same = new ReadOnlySpan<byte>(stored, (int)image->Length).SequenceEqual(new ReadOnlySpan<byte>(image->Bytes, (int)image->Length));
        kfree(stored);
        return same ? 0 : -EINVAL;
    }

    /// <summary>Sends a section through a window that the card can read.</summary>
    /// <returns>0, -EINVAL or -ENOMEM.</returns>
    public static int Send(Section* section)
    {
        nuint window = __get_free_pages(GFP_KERNEL, WindowOrder);
        if (window == 0)
            return -ENOMEM;
        if (section->Length > PAGE_SIZE << (int)WindowOrder)
        {
            free_pages(window, 1);
            return -EINVAL;
        }

        Card.Write((byte*)window, section->Data, section->Length);
        free_pages(window, WindowOrder);
        return 0;
    }

    /// <summary>Asks the card which sections it has, and prints them.</summary>
    /// <returns>0, -EBUSY or -ENOMEM.</returns>
    public static int List(uint count)
    {
        uint* targets = (uint*)kcalloc(count, sizeof(uint), GFP_KERNEL);
        if (targets == null)
            return -ENOMEM;
        for (uint i = 0; i < count; i++)
        {
            targets[i] = Card.ReadTarget(i);
            if (targets[i] == 0)
                return -EBUSY;
        }

        for (uint i = 0; i < count; i++)
            printk($"ring: section {i} at {targets[i]:x8}");
        kfree(targets);
        return 0;
    }

    /// <summary>Takes the first section out of a table that has become useless.</summary>
    /// <returns>Where the section belonged.</returns>
    public static uint Discard(Section* table)
    {
        kfree(table);
        return table->Target;
    }

    /// <summary>Frees a table and the data of its sections.</summary>
    public static void Free(Section* table, uint count)
    {
        for (uint i = 0; i < count; i++)
            kfree(table[i].Data);
        if (count == 0)
            kfree(table);
        kfree(table);
    }

    /// <summary>Frees what follows the first section of a table.</summary>
    public static void Shorten()
    {
        Section* table = CreateTable(2);
        if (table == null)
            return;
        kfree(table + 1);
    }
}
