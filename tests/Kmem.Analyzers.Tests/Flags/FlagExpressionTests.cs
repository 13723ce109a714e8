using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Flags;

/// <summary>KMEM3003 and KMEM3004.</summary>
public class FlagExpressionTests
{
    [Theory]
    [InlineData("kfree(kmalloc(8, {|KMEM3003:__GFP_WAIT | __GFP_IO | __GFP_FS|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3003:__GFP_FS | __GFP_IO | __GFP_WAIT|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3003:__GFP_WAIT | __GFP_IO|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3003:gfp_t.__GFP_WAIT | gfp_t.__GFP_IO | gfp_t.__GFP_FS | gfp_t.__GFP_DMA|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3003:__GFP_DMA | (__GFP_WAIT | __GFP_IO)|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3003:GFP_NOFS | __GFP_FS|}));")]
    [InlineData("gfp_t f = {|KMEM3003:__GFP_WAIT | __GFP_IO | __GFP_FS|};")]
    [InlineData("dev.flags = condition ? {|KMEM3003:__GFP_WAIT | __GFP_IO|} : GFP_ATOMIC;")]
    [InlineData("Func<gfp_t> make = () => {|KMEM3003:__GFP_WAIT | __GFP_IO|};")]
    public Task Parts_that_make_up_a_type_flag_are_found(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("const gfp_t Own = {|KMEM3003:__GFP_WAIT | __GFP_IO | __GFP_FS|};")]
    [InlineData("static readonly gfp_t One = {|KMEM3003:__GFP_WAIT | __GFP_IO|}, Two = GFP_KERNEL;")]
    [InlineData("static gfp_t Flags => {|KMEM3003:__GFP_WAIT | __GFP_IO|};")]
    [InlineData("static gfp_t Flags { get; } = {|KMEM3003:__GFP_WAIT | __GFP_IO|};")]
    [InlineData("static void Take(gfp_t f = {|KMEM3003:__GFP_WAIT | __GFP_IO|}) { }")]
    public Task They_are_found_wherever_they_are_written(string member) => Verify.MembersAsync(member);

    [Theory]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | __GFP_DMA));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | __GFP_ZERO));")]
    [InlineData("kfree(kmalloc(8, __GFP_WAIT | __GFP_IO | __GFP_NOWARN));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL & ~(__GFP_IO | __GFP_WAIT)));")]
    [InlineData("if ((flags & (__GFP_WAIT | __GFP_IO)) != 0) n++;")]
    [InlineData("flags &= __GFP_WAIT | __GFP_IO;")]
    [InlineData("kfree(kmalloc(8, flags | __GFP_WAIT));")]
    [InlineData("kfree(kmalloc(8, __GFP_WAIT));")]
    [InlineData("kfree(kmalloc(8, __GFP_HIGH | __GFP_DMA));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | __GFP_FS));")]
    public Task Other_combinations_are_not(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("kfree(kmalloc(8, {|KMEM3004:(gfp_t)0x80000|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3004:(gfp_t)0x80000010u|}));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | {|KMEM3004:(gfp_t)(1 << 20)|}));")]
    [InlineData("const int Size = 1 << 24; kfree(kmalloc(8, {|KMEM3004:(gfp_t)Size|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3004:(gfp_t)paint|}));")]
    [InlineData("kfree(kmalloc(8, unchecked({|KMEM3004:(gfp_t)(-1)|})));")]
    [InlineData("dev.flags = {|KMEM3004:(Kmem.gfp_t)0x400000|};")]
    [InlineData("kfree(kmalloc(8, {|KMEM3004:(gfp_t)color.red|}));")]
    public Task Bits_that_no_flag_has_are_found(string statements) =>
        Verify.MembersAsync("enum color { red = 1 << 20, green = 1 << 21 }\nvoid Test(device dev, color paint)\n{\n" + statements + "\n}");

    [Theory]
    [InlineData("kfree(kmalloc(8, (gfp_t)0xd0));")]
    [InlineData("kfree(kmalloc(8, (gfp_t)0));")]
    [InlineData("kfree(kmalloc(8, (gfp_t)n));")]
    [InlineData("kfree(kmalloc(8, (gfp_t)(uint)flags));")]
    [InlineData("kfree(kmalloc(8, (gfp_t)GFP_USER));")]
    [InlineData("_ = (DayOfWeek)0x80000;")]
    [InlineData("_ = (uint)0x80000;")]
    [InlineData("_ = (slab_flags_t)0x8000000;")]
    public Task Other_casts_are_not(string statements) => Verify.StatementsAsync(statements);

    [Fact]
    public Task Flags_of_ones_own_count() => Verify.MembersAsync("""
        enum mine { GFP_NOWAIT = 0, __GFP_WAIT = 1, __GFP_IO = 2, GFP_NOFS = 3 }
        static void Take([GfpFlags] mine flags) { }
        static void Test() { Take({|KMEM3004:(mine)4|}); Take({|KMEM3003:mine.__GFP_WAIT | mine.__GFP_IO|}); }
        """);

    [Theory]
    [InlineData("kfree(kmalloc(8, __GFP_WAIT | {|CS0103:missing|}));")]
    [InlineData("kfree(kmalloc(8, (gfp_t){|CS0103:missing|}));")]
    public Task Broken_code_is_analysed(string statements) => Verify.StatementsAsync(statements);
}
