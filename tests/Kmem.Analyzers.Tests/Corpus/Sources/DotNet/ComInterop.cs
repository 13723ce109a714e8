using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Interop.Com;

[StructLayout(LayoutKind.Sequential)]
internal struct NativeVariant
{
    public ushort Kind;
    public ushort Reserved1;
    public ushort Reserved2;
    public ushort Reserved3;
    public nint Value;
    public nint Extra;
}

[StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
internal struct PropertyRecord
{
    public int Id;

    [MarshalAs(UnmanagedType.LPWStr)]
    public string? Name;

    public double Value;
}

/// <summary>The functions of a property store with the conventions of COM: strings are BSTR, blocks come from the task allocator.</summary>
internal static class NativeStore
{
    public const int Ok = 0;

    [DllImport("propstore")]
    public static extern int store_set_name(nint store, nint bstr);

    [DllImport("propstore")]
    public static extern int store_set_block(nint store, nint record, int size);

    [DllImport("propstore")]
    public static extern int store_put_variants(nint store, nint variants, int count);

    [DllImport("propstore")]
    public static extern int store_give_block(nint store, nint taskMemory);
}

/// <summary>A store behind a handle.</summary>
internal sealed class PropertyStore(nint store)
{
    private const ushort KindString = 8;
    private const ushort KindInteger = 3;

    public void SetName(string name)
    {
        nint bstr = Marshal.StringToBSTR(name);
        try
        {
            Check(NativeStore.store_set_name(store, bstr));
        }
        finally
        {
            Marshal.FreeBSTR(bstr);
        }
    }

    public void Write(in PropertyRecord record)
    {
        int size = Marshal.SizeOf<PropertyRecord>();
        nint memory = Marshal.AllocCoTaskMem(size);
        bool written = false;
        try
        {
            Marshal.StructureToPtr(record, memory, fDeleteOld: false);
            written = true;
            Check(NativeStore.store_set_block(store, memory, size));
        }
        finally
        {
            if (written)
                Marshal.DestroyStructure<PropertyRecord>(memory);
            Marshal.FreeCoTaskMem(memory);
        }
    }

    /// <summary>Gives a copy of the bytes to the store, which frees it; it stays ours if the store does not want it.</summary>
    public bool TryGive(ReadOnlySpan<byte> bytes)
    {
        nint memory = Marshal.AllocCoTaskMem(bytes.Length);
        unsafe
        {
            bytes.CopyTo(new Span<byte>((void*)memory, bytes.Length));
        }

        int result = NativeStore.store_give_block(store, memory);
        if (result == NativeStore.Ok)
            return true;
        Marshal.FreeCoTaskMem(memory);
        return false;
    }

    public unsafe void Put(IReadOnlyList<object> values)
    {
        int count = values.Count;
        var variants = (NativeVariant*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(NativeVariant));
        int converted = 0;
        try
        {
            for (; converted < count; converted++)
                variants[converted] = ToNative(values[converted]);
            Check(NativeStore.store_put_variants(store, (nint)variants, count));
        }
        finally
        {
            while (converted-- > 0)
                Clear(ref variants[converted]);
            NativeMemory.Free(variants);
        }
    }

    public static PropertyRecord Read(nint block)
    {
        if (block == 0)
            throw new ArgumentNullException(nameof(block));
        return Marshal.PtrToStructure<PropertyRecord>(block);
    }

    private static NativeVariant ToNative(object value) => value switch
    {
        string text => new NativeVariant { Kind = KindString, Value = Marshal.StringToBSTR(text) },
        int number => new NativeVariant { Kind = KindInteger, Value = number },
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be put into the store.", nameof(value)),
    };

    private static void Clear(ref NativeVariant variant)
    {
        if (variant.Kind == KindString)
            Marshal.FreeBSTR(variant.Value);
        variant = default;
    }

    private static void Check(int result)
    {
        if (result != NativeStore.Ok)
            throw new ExternalException("The property store refused the call.", result);
    }
}

/// <summary>Strings in the formats that libraries want, each with its own release.</summary>
internal readonly ref struct TaskString
{
    private readonly nint _text;

    public TaskString(string? text) => _text = Marshal.StringToCoTaskMemUni(text);

    public nint Pointer => _text;

    public void Dispose() => Marshal.FreeCoTaskMem(_text);
}

internal static class Shell
{
    [DllImport("shellstub")]
    private static extern int shell_open(nint verb, nint path);

    public static int Open(string? verb, string path)
    {
        using var nativeVerb = new TaskString(verb);
        using var nativePath = new TaskString(path);
        return shell_open(nativeVerb.Pointer, nativePath.Pointer);
    }

    public static int OpenAll(IEnumerable<string> paths)
    {
        int opened = 0;
        nint verb = Marshal.StringToHGlobalUni("open");
        try
        {
            foreach (string path in paths)
            {
                nint native = Marshal.StringToHGlobalUni(path);
                try
                {
                    if (shell_open(verb, native) == 0)
                        opened++;
                }
                finally
                {
                    Marshal.FreeHGlobal(native);
                }
            }
        }
        finally
        {
            Marshal.FreeHGlobal(verb);
        }

        return opened;
    }
}
