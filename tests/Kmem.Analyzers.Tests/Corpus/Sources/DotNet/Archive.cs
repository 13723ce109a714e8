using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Interop.Archives;

/// <summary>The C library; what its functions promise stands in the contract file beside this one.</summary>
internal static unsafe class NativeArchive
{
    [DllImport("archive")]
    public static extern void* ar_open(byte* path);

    [DllImport("archive")]
    public static extern void ar_close(void* archive);

    [DllImport("archive")]
    public static extern void* ar_malloc(nuint size);

    [DllImport("archive")]
    public static extern void* ar_realloc(void* memory, nuint size);

    [DllImport("archive")]
    public static extern void ar_free(void* memory);

    [DllImport("archive")]
    public static extern int ar_add(void* archive, byte* name, void* data, nuint size);

    [DllImport("archive")]
    public static extern int ar_read(void* archive, byte* name, void** data, nuint* size);

    [DllImport("archive")]
    public static extern void* ar_map(void* archive);

    [DllImport("archive")]
    public static extern void ar_unmap(void* map);

    [DllImport("archive")]
    public static extern void ar_lock(void* archive);

    [DllImport("archive")]
    public static extern void ar_unlock(void* archive);

    [DllImport("archive")]
    public static extern int ar_count(void* archive);
}

/// <summary>An open archive.</summary>
internal sealed unsafe class ArchiveHandle : SafeHandle
{
    private ArchiveHandle(void* archive)
        : base(0, ownsHandle: true) => SetHandle((nint)archive);

    public override bool IsInvalid => handle == 0;

    public static ArchiveHandle Open(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        void* archive;
        fixed (byte* first = name)
            archive = NativeArchive.ar_open(first);
        if (archive == null)
            throw new FileNotFoundException("There is no such archive.", path);
        return new ArchiveHandle(archive);
    }

    protected override bool ReleaseHandle()
    {
        NativeArchive.ar_close((void*)handle);
        return true;
    }
}

internal static unsafe class Archive
{
    private static readonly void* s_mapFailed = (void*)-1;

    /// <summary>Puts a copy of the bytes into the archive, which owns it if it takes it.</summary>
    public static bool TryAdd(void* archive, byte* name, ReadOnlySpan<byte> bytes)
    {
        if (archive == null || name == null)
            throw new ArgumentNullException(archive == null ? nameof(archive) : nameof(name));
        byte* copy = (byte*)NativeArchive.ar_malloc((nuint)bytes.Length);
        if (copy == null)
            return false;
        for (int i = 0; i < bytes.Length; i++)
            copy[i] = bytes[i];
        if (NativeArchive.ar_add(archive, name, copy, (nuint)bytes.Length) == 0)
            return true;
        NativeArchive.ar_free(copy);
        return false;
    }

    public static byte[]? Read(void* archive, byte* name)
    {
        if (archive == null || name == null)
            return null;
        void* data;
        nuint size;
        if (NativeArchive.ar_read(archive, name, &data, &size) != 0)
            return null;
        try
        {
            return new ReadOnlySpan<byte>(data, checked((int)size)).ToArray();
        }
        finally
        {
            NativeArchive.ar_free(data);
        }
    }

    /// <summary>Counts the zero bytes of the whole archive through a mapping.</summary>
    public static long CountZeros(void* archive, long length)
    {
        if (archive == null)
            return 0;
        byte* map = (byte*)NativeArchive.ar_map(archive);
        if (map == s_mapFailed)
            return -1;
        long zeros = 0;
        for (long i = 0; i < length; i++)
        {
            if (map[i] == 0)
                zeros++;
        }

        NativeArchive.ar_unmap(map);
        return zeros;
    }

    public static int Count(void* archive)
    {
        if (archive == null)
            return 0;
        NativeArchive.ar_lock(archive);
        int count = NativeArchive.ar_count(archive);
        NativeArchive.ar_unlock(archive);
        return count;
    }

    /// <summary>Opens several archives; all or none.</summary>
    public static void*[]? OpenAll(IReadOnlyList<nint> paths)
    {
        void*[] archives = new void*[paths.Count];
        int opened = 0;
        foreach (nint path in paths)
        {
            void* archive = path == 0 ? null : NativeArchive.ar_open((byte*)path);
            if (archive == null)
            {
                CloseAll(archives, opened);
                return null;
            }

            archives[opened++] = archive;
        }

        return archives;
    }

    private static void CloseAll(void*[] archives, int count)
    {
        for (int i = 0; i < count; i++)
            NativeArchive.ar_close(archives[i]);
    }
}

/// <summary>Text that is collected in the library's memory.</summary>
internal unsafe struct ArchiveText
{
    private byte* _text;
    private nuint _length;
    private nuint _capacity;

    public bool Append(ReadOnlySpan<byte> bytes)
    {
        nuint needed = _length + (nuint)bytes.Length;
        if (needed > _capacity && !Reserve(needed))
            return false;
        foreach (byte b in bytes)
            _text[_length++] = b;
        return true;
    }

    public void Free()
    {
        NativeArchive.ar_free(_text);
        this = default;
    }

    private bool Reserve(nuint needed)
    {
        nuint capacity = Math.Max(needed, _capacity * 2);
        byte* larger = (byte*)NativeArchive.ar_realloc(_text, capacity);
        if (larger == null)
            return false;
        _text = larger;
        _capacity = capacity;
        return true;
    }
}
