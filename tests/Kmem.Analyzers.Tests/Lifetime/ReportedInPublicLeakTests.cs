using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Leaks, double and mismatched releases of the shapes that interop layers of public projects had.</summary>
public class ReportedInPublicLeakTests
{
    [Fact]
    public Task A_buffer_is_forgotten_where_another_way_of_drawing_is_taken() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        unsafe class Canvas
        {
            public void Draw(int width, int height, bool toDevice)
            {
                byte* pixels = (byte*)Marshal.AllocHGlobal(width * height);
                if (toDevice)
                {
                    DrawToDevice(width, height);
                    {|KMEM2005:return|};
                }

                for (int i = 0; i < width * height; i++)
                    pixels[i] = 0xff;
                Marshal.FreeHGlobal((IntPtr)pixels);
            }

            void DrawToDevice(int width, int height) => Console.WriteLine($"{width} x {height}");
        }
        """);

    [Fact]
    public Task A_table_is_freed_only_where_reading_it_fails() => Verify.DotNetAsync("""
        using System;
        using System.Collections.Generic;
        using System.Runtime.InteropServices;

        static class Connections
        {
            [DllImport("iphlp")] static extern uint get_table(IntPtr table, ref uint size, bool sorted);

            public static List<int> All()
            {
                var rows = new List<int>();
                uint size = 0;
                uint result = get_table(IntPtr.Zero, ref size, true);
                while (result == 122)
                {
                    IntPtr table = {|KMEM2012:Marshal.AllocHGlobal((int)size)|};
                    try
                    {
                        result = get_table(table, ref size, true);
                        if (result == 0)
                        {
                            int count = Marshal.ReadInt32(table);
                            for (int i = 0; i < count; i++)
                                rows.Add(Marshal.PtrToStructure<int>(table + 4 + (i * 4)));
                        }
                    }
                    catch
                    {
                        Marshal.FreeHGlobal(table);
                        throw;
                    }
                }

                return rows;
            }
        }
        """);

    [Fact]
    public Task A_name_is_converted_for_a_library_that_copies_it() => Verify.CompleteSourcesAsync(
    [
        """
        class Resource
        {
            [DllImport("gpu")] static extern int set_private_data(IntPtr resource, int size, [Borrows] IntPtr data);

            IntPtr _resource;

            public string DebugName
            {
                set
                {
                    IntPtr name = Marshal.StringToHGlobalAnsi(value);
                    set_private_data(_resource, value.Length, name);
                {|KMEM2005:}|}
            }
        }
        """,
    ]);

    [Fact]
    public Task A_value_that_the_library_gave_away_is_read_and_never_freed() => Verify.CompleteSourcesAsync(
    [
        """
        static unsafe class Database
        {
            [DllImport("db")] [return: Allocates("db")] static extern byte* db_get(IntPtr db, int key);
            [DllImport("db")] static extern void db_free([Frees("db")] void* value);

            static string? Get(IntPtr db, int key)
            {
                byte* value = db_get(db, key);
                if (value == null)
                    return null;
                string? text = Marshal.PtrToStringAnsi((IntPtr)value);
                {|KMEM2005:return|} text;
            }
        }
        """,
    ]);

    [Fact]
    public Task A_buffer_of_the_library_is_freed_as_global_memory() => Verify.CompleteSourcesAsync(
    [
        """
        static class Compressor
        {
            [DllImport("zop")] static extern void zop_compress(byte[] data, int size, [Allocates("zop")] out IntPtr result, out nuint length);
            [DllImport("zop")] static extern void zop_free([Frees("zop")] IntPtr memory);

            static byte[] Compress(byte[] data)
            {
                zop_compress(data, data.Length, out IntPtr result, out nuint length);
                if (result == IntPtr.Zero)
                    return [];
                byte[] copy = new byte[length];
                Marshal.Copy(result, copy, 0, copy.Length);
                Marshal.FreeHGlobal({|KMEM2002:result|});
                return copy;
            }
        }
        """,
    ]);

    [Fact]
    public Task An_array_is_released_by_the_function_for_single_objects() => Verify.CompleteSourcesAsync(
    [
        """
        static unsafe class Fonts
        {
            [DllImport("font")] [return: Allocates("font array")] static extern int* font_list(out int count);
            [DllImport("font")] static extern void font_delete([Frees("font")] int* font);
            [DllImport("font")] static extern void font_delete_all([Frees("font array")] int* fonts);

            static int First()
            {
                int* fonts = font_list(out int count);
                if (fonts == null)
                    return 0;
                int first = count > 0 ? fonts[0] : 0;
                font_delete({|KMEM2002:fonts|});
                return first;
            }
        }
        """,
    ]);

    [Fact]
    public Task A_pinned_array_is_never_let_go() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Texture
        {
            static int Sum(byte[] data)
            {
                GCHandle handle = GCHandle.Alloc(data, GCHandleType.Pinned);
                IntPtr start = handle.AddrOfPinnedObject();
                int sum = 0;
                for (int i = 0; i < data.Length; i++)
                    sum += Marshal.ReadByte(start, i);
                {|KMEM2005:return|} sum;
            }
        }
        """);

    [Fact]
    public Task A_copy_of_a_handle_is_freed_after_the_handle() => Verify.DotNetAsync("""
        using System.Runtime.InteropServices;

        static class Handles
        {
            static void Use(object target)
            {
                GCHandle handle = GCHandle.Alloc(target);
                GCHandle copy = handle;
                handle.Free();
                {|KMEM2003:copy|}.Free();
            }
        }
        """);

    [Fact]
    public Task What_a_pending_call_needs_is_lost_where_it_cannot_be_scheduled() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;

        static class Pending
        {
            static int s_pending;

            static bool TrySchedule(IntPtr context, Action<IntPtr> schedule)
            {
                IntPtr arguments = Marshal.AllocHGlobal(16);
                Marshal.WriteIntPtr(arguments, context);
                if (s_pending > 32)
                    {|KMEM2005:return|} false;
                s_pending++;
                schedule(arguments);
                return true;
            }
        }
        """);
}
