using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>A text of which parts are texts too: all are put into the same language, when somebody reads it.</summary>
internal sealed class ComposedText(LocalizableString format, object[] parts) : LocalizableString
{
    private LocalizableString Format { get; } = format;

    private object[] Parts { get; } = parts;

    protected override string GetText(IFormatProvider? formatProvider) => string.Format(
        CultureInfo.InvariantCulture,
        Format.ToString(formatProvider),
        Array.ConvertAll(Parts, part => part is LocalizableString text ? text.ToString(formatProvider) : part));

    protected override int GetHash() => Format.GetHashCode();

    protected override bool AreEqual(object? other) => other is ComposedText text && Format.Equals(text.Format) && Parts.SequenceEqual(text.Parts);
}
