using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>Fields that get another value in one step, and what they held before.</summary>
public class ExchangedFieldTests
{
    [Fact]
    public Task What_was_in_the_place_is_released_with_its_own_family() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed class Text : IDisposable
        {
            private IntPtr _text = Marshal.StringToCoTaskMemUTF8("text");

            public int First => Marshal.ReadByte(_text);

            public void Dispose() => Marshal.FreeHGlobal({|KMEM2002:Interlocked.Exchange(ref _text, IntPtr.Zero)|});
        }
        """);

    [Fact]
    public Task What_was_in_the_place_is_released_once() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed class Text : IDisposable
        {
            private IntPtr _text = Marshal.StringToCoTaskMemUTF8("text");

            public int First => Marshal.ReadByte(_text);

            public void Close()
            {
                IntPtr text = Interlocked.Exchange(ref _text, IntPtr.Zero);
                Marshal.FreeCoTaskMem(text);
                Marshal.FreeCoTaskMem({|KMEM2003:text|});
            }

            public void Dispose()
            {
                Marshal.FreeCoTaskMem(Interlocked.Exchange(ref _text, IntPtr.Zero));
                Marshal.FreeCoTaskMem(Interlocked.Exchange(ref _text, IntPtr.Zero));
            }
        }
        """);

    [Fact]
    public Task Closing_twice_is_closing_once() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed class Text : IDisposable
        {
            private IntPtr _text = Marshal.StringToCoTaskMemUTF8("text");

            public int First => Marshal.ReadByte(_text);

            public void Dispose() => Marshal.FreeCoTaskMem(Interlocked.Exchange(ref _text, IntPtr.Zero));

            static void Use(Text text)
            {
                text.Dispose();
                text.Dispose();
            }
        }
        """);

    [Fact]
    public Task A_field_that_is_exchanged_for_something_else_is_handed_out() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed class Text : IDisposable
        {
            private IntPtr _text = Marshal.AllocHGlobal(8);

            public IntPtr Replace(IntPtr other) => Interlocked.Exchange(ref _text, other);

            public void Dispose() { }
        }
        """);

    [Fact]
    public Task A_field_that_is_emptied_and_asked_for_is_never_released() => Verify.DotNetAsync("""
        using System;
        using System.Runtime.InteropServices;
        using System.Threading;

        sealed class Text : IDisposable
        {
            private IntPtr {|KMEM2013:_text|} = Marshal.AllocHGlobal(8);

            public bool IsOpen => _text != IntPtr.Zero;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _text, IntPtr.Zero) != IntPtr.Zero)
                    Console.WriteLine("closed");
            }
        }
        """);
}
