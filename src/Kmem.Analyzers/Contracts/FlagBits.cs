using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>Reads the members of the enum that an allocator's flags parameter has.</summary>
internal static class FlagBits
{
    // An allocator's flags are asked for the same few members at every call.
    private static readonly ConditionalWeakTable<ITypeSymbol, ConcurrentDictionary<string, long?>> Found = new();

    /// <summary>The bits of a member; null if the type has no constant of that name.</summary>
    public static long? Find(ITypeSymbol? type, string name)
    {
        if (type is null)
            return null;

        var found = Found.GetValue(type, static _ => new ConcurrentDictionary<string, long?>());
        return found.TryGetValue(name, out var bits) ? bits : found[name] = Read(type, name);
    }

    public static IEnumerable<(string Name, long Bits)> Members(ITypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).Select(field => (field.Name, BitsOf(field)));

    /// <summary>Flags that stand nowhere, as a parameter's default, by their name.</summary>
    public static string Spell(ITypeSymbol type, long bits) =>
        Members(type).FirstOrDefault(member => member.Bits == bits).Name ?? "0x" + bits.ToString("x", CultureInfo.InvariantCulture);

    private static long? Read(ITypeSymbol type, string name) =>
        type.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault() is { HasConstantValue: true } field ? BitsOf(field) : null;

    private static long BitsOf(IFieldSymbol field) => field.ConstantValue switch
    {
        ulong large => unchecked((long)large),
        IConvertible value and not string => Convert.ToInt64(value, null),
        _ => 0,
    };
}
