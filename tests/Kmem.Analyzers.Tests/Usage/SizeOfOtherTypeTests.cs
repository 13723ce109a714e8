using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Usage;

/// <summary>KMEM4005.</summary>
public class SizeOfOtherTypeTests
{
    [Theory]
    [InlineData("ring* r = (ring*)kmalloc_array((nuint)n, {|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("var r = (ring*)kcalloc(8, {|KMEM4005:(nuint)sizeof(nint)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("ring* r = (ring*)NativeMemory.AllocZeroed((nuint)n, {|KMEM4005:(nuint)sizeof(ring*)|}); NativeMemory.Free(r);")]
    [InlineData("ring* r = (ring*)kmalloc({|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("ring* r = (ring*)kzalloc({|KMEM4005:(nuint)sizeof(int)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("ring* r; r = (ring*)kmalloc({|KMEM4005:(nuint)sizeof(void*)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("var r = (ring*)kmalloc(flags: GFP_KERNEL, size: {|KMEM4005:(nuint)sizeof(ring*)|}); kfree(r);")]
    [InlineData("dev.ring = (ring*)kmalloc({|KMEM4005:(nuint)sizeof(point)|}, GFP_KERNEL);")]
    [InlineData("ulong* r = (ulong*)kmalloc({|KMEM4005:sizeof(uint)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("packed* r = (packed*)kmalloc({|KMEM4005:(nuint)sizeof(point)|}, GFP_KERNEL); kfree(r);")]
    [InlineData("void* raw = (ring*)kmalloc({|KMEM4005:(nuint)(sizeof(ring*))|}, GFP_KERNEL); kfree(raw);")]
    [InlineData("ring* r = (ring*)NativeMemory.Alloc({|KMEM4005:(nuint)sizeof(ring*)|}); NativeMemory.Free(r);")]
    [InlineData("table* r = (table*)kmalloc({|KMEM4005:(nuint)sizeof(point)|}, GFP_KERNEL); kfree(r);")]
    public Task The_size_of_a_smaller_type_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("ring* r = (ring*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); kfree(r);")]
    [InlineData("ring** r = (ring**)kmalloc((nuint)sizeof(ring*), GFP_KERNEL); kfree(r);")]
    [InlineData("point* r = (point*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); kfree(r);")]
    [InlineData("void* r = kmalloc((nuint)sizeof(ring*), GFP_KERNEL); kfree(r);")]
    [InlineData("byte* r = (byte*)kmalloc((nuint)sizeof(point), GFP_KERNEL); kfree(r);")]
    [InlineData("long* r = (long*)kmalloc(sizeof(ulong), GFP_KERNEL); kfree(r);")]
    [InlineData("ring* r = (ring*)kmalloc((nuint)sizeof(ring*) * 8, GFP_KERNEL); kfree(r);")]
    [InlineData("ring* r = (ring*)kmalloc((nuint)sizeof(point) + 100, GFP_KERNEL); kfree(r);")]
    [InlineData("ring* r = (ring*)kmalloc((nuint)n, GFP_KERNEL); kfree(r);")]
    [InlineData("point* r = (point*)kmalloc(sizeof(long), GFP_KERNEL); kfree(r);")]
    public Task The_size_of_the_type_or_more_is_not(string statements) => InMethodAsync(statements);

    [Fact]
    public Task Type_parameters_are_of_any_size() => Verify.MembersAsync(
        "static T* Make<T>() where T : unmanaged => (T*)kmalloc((nuint)sizeof(T*), GFP_KERNEL);");

    [Theory]
    [InlineData("ring* r = (ring*)kmalloc((nuint)sizeof({|CS0246:missing|}), GFP_KERNEL); kfree(r);")]
    [InlineData("{|CS0246:missing|}* r = ({|CS0246:missing|}*)kmalloc((nuint)sizeof(ring), GFP_KERNEL); kfree(r);")]
    public Task Broken_code_is_analysed(string statements) => InMethodAsync(statements);

    private static Task InMethodAsync(string statements) => Verify.MembersAsync(
        "struct point { public int X, Y; }\n[StructLayout(LayoutKind.Sequential, Pack = 1)] struct packed { public byte A; public long B; }\n"
        + "struct table { public fixed int Slots[16]; }\nvoid Test(device dev, int n)\n{\n" + statements + "\n}");
}
