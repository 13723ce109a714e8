using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM2010: mappings and their ends do not match.</summary>
public class UnbalancedMappingTests
{
    [Theory]
    [InlineData("void Test(page* p, bool c) { kmap(p); if (c) {|KMEM2010:return|}; kunmap(p); }")]
    [InlineData("int Test(page* p, int n) { void* a = kmap(p); if (n < 0) {|KMEM2010:return|} -EINVAL; memset(a, 0, 8); kunmap(p); return 0; }")]
    [InlineData("void Test(page* p, bool c) { kmap(p); if (c) kunmap(p); {|KMEM2010:}|}")]
    [InlineData("void Test(page* a, page* b, bool c) { kmap(a); kmap(b); if (c) { kunmap(a); {|KMEM2010:return|}; } kunmap(b); kunmap(a); }")]
    [InlineData("void Test(page* p, bool c) { kmap(p); if (c) {|KMEM2010:throw|} new Exception(); kunmap(p); }")]
    [InlineData("void Test(page* p, int n) { for (int i = 0; i < n; i++) { kmap(p); if (i == 3) {|KMEM2010:return|}; kunmap(p); } }")]
    [InlineData("void Test(page* p) { kmap(p); kunmap(p); {|KMEM2010:kunmap(p)|}; }")]
    [InlineData("void Test(page* p, bool c) { kmap(p); if (c) kunmap(p); {|KMEM2010:kunmap(p)|}; }")]
    [InlineData("void Test(page* p) { kunmap(p); {|KMEM2010:kunmap(p)|}; }")]
    [InlineData("[ProcessContext] void Test(page* p) { kmap(p); {|KMEM2010:}|}")]
    [InlineData("void Test(page* p, bool c) { void* a = Map(p); if (c) {|KMEM2010:return|}; kunmap(p); } static void* Map(page* p) => kmap(p);")]
    public Task A_mapping_that_is_not_matched_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("void Test(page* p, bool c) { kmap(p); if (c) { kunmap(p); return; } kunmap(p); }")]
    [InlineData("void* Map(page* p) => kmap(p);")]
    [InlineData("void Unmap(page* p) => kunmap(p);")]
    [InlineData("void* Map(page* p, bool c) { void* a = kmap(p); if (!c) { kunmap(p); return null; } return a; }")]
    [InlineData("int Start(device d, page* p, bool c) { d.buf = (byte*)kmap(p); if (c) { kunmap(p); return -EIO; } return 0; }")]
    [InlineData("void Test(page* a, page* b) { kmap(a); kmap(b); kunmap(b); kunmap(a); }")]
    [InlineData("void Test(page* p) { kmap(p); msleep(1); kunmap(p); }")]
    [InlineData("void Test(page* p) { kmap(p); kmap(p); kunmap(p); kunmap(p); }")]
    [InlineData("void Test(page* p, int n) { while (n-- > 0) { kmap(p); kunmap(p); } }")]
    [InlineData("void Test(page** pages, int n) { for (int i = 0; i < n; i++) kmap(pages[i]); for (int i = 0; i < n; i++) kunmap(pages[i]); }")]
    [InlineData("void Test(page* p, bool c) { kmap(p); try { if (c) return; } finally { kunmap(p); } }")]
    [InlineData("void Test(page* p, bool c) { if (c) kmap(p); if (c) kunmap(p); }")]
    public Task A_mapping_that_is_matched_is_not(string members) => Verify.MembersAsync(members);
}
