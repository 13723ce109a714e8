using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.States;

/// <summary>A point where paths meet, and the values that places have behind it where they held different ones.</summary>
internal sealed class MeetingPoint
{
    private readonly SyntaxNode _syntax;
    private readonly int _part;
    private List<SiteValue>? _values;

    /// <param name="syntax">Where the paths meet.</param>
    /// <param name="part">Tells several points at the same code apart.</param>
    public MeetingPoint(SyntaxNode syntax, int part)
    {
        _syntax = syntax;
        _part = part;
    }

    /// <summary>The new value of a place. Paths meet here again and again: it is made once.</summary>
    public SiteValue ValueOf(Value place)
    {
        foreach (var value in _values ??= new List<SiteValue>(1))
        {
            if (place.Equals(value.Place))
                return value;
        }

        var made = SiteValue.AtMeeting(_syntax, _part, place);
        _values.Add(made);
        return made;
    }
}
