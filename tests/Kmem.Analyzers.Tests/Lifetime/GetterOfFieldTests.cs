using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>A method that only gives what a field holds is another name of the field.</summary>
public class GetterOfFieldTests
{
    private const string Types = """
        struct chan { public byte* data; public int n; }
        class port
        {
            public byte* buf, other; public chan* chan; static byte* shared;
            public byte* Get() => buf;
            public nint Address() { return (nint)this.buf; }
            public static byte* Shared() => shared;
            public static void Share(byte* p) => shared = p;
            public byte* Take() { byte* p = buf; buf = null; return p; }
            public byte* GetOrMake() => buf != null ? buf : buf = (byte*)kmalloc(8, GFP_KERNEL);
            public virtual byte* Any() => buf;
        }
        static byte* DataOf(chan* c) => c->data;
        static byte* BufferOf(port p) { return p.buf; }
        static byte* FirstOf(port p, port q) => p.buf;
        static byte* Same(byte* p) => p;

        """;

    [Theory]
    [InlineData("kfree(p.Get()); {|KMEM2004:p.buf|}[0] = 1;")]
    [InlineData("kfree(p.buf); {|KMEM2004:p.Get()|}[0] = 1;")]
    [InlineData("kfree(p.Get()); kfree({|KMEM2003:p.Get()|});")]
    [InlineData("nint a = p.Address(); kfree(p.buf); *(byte*){|KMEM2004:a|} = 1;")]
    [InlineData("kfree(DataOf(c)); kfree({|KMEM2003:c->data|});")]
    [InlineData("kfree(c->data); {|KMEM2004:DataOf(c)|}[0] = 1;")]
    [InlineData("kfree(DataOf(p.chan)); kfree({|KMEM2003:DataOf(p.chan)|});")]
    [InlineData("kfree(BufferOf(p)); {|KMEM2004:BufferOf(p)|}[0] = 1;")]
    [InlineData("byte* b = BufferOf(p); kfree(p.Get()); {|KMEM2004:b|}[0] = 1;")]
    [InlineData("kfree(port.Shared()); kfree({|KMEM2003:port.Shared()|});")]
    public Task It_names_what_was_released(string statements) => Verify.CompleteAsync(Types + "static void Test(port p, chan* c) { " + statements + " }");

    [Theory]
    [InlineData("kfree(p.Get()); p.buf = null; kfree(p.Get());")]
    [InlineData("kfree(p.Get()); p.buf = p.other; kfree(p.Get());")]
    [InlineData("kfree(DataOf(c)); kfree(DataOf(d));")]
    [InlineData("kfree(DataOf(c)); c = d; kfree(DataOf(c));")]
    [InlineData("byte* b = p.Get(); b[0] = 1; kfree(b);")]
    [InlineData("kfree(p.buf); if (p.Get() == null) printk(\"none\");")]
    [InlineData("kfree(port.Shared()); port.Share(null); kfree(port.Shared());")]
    [InlineData("kfree(p.Take()); kfree(p.Take());")]
    [InlineData("kfree(p.GetOrMake()); p.buf = null; p.GetOrMake();")]
    [InlineData("kfree(p.Any()); kfree(p.Any());")]
    [InlineData("kfree(FirstOf(p, p)); p.buf = null; kfree(FirstOf(p, p));")]
    [InlineData("kfree(Same(p.buf)); kfree(Same(p.other));")]
    public Task It_names_other_memory_or_nobody_knows(string statements) => Verify.CompleteAsync(Types + "static void Test(port p, chan* c, chan* d) { " + statements + " }");
}
