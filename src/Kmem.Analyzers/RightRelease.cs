namespace Kmem.Analyzers;

/// <summary>The call that releases memory rightly.</summary>
/// <param name="Call">Its text, with <c>{0}</c> for the memory.</param>
/// <param name="Type">The full name of the type that declares it.</param>
/// <param name="ParameterType">The type that it takes the memory as.</param>
/// <param name="Refuses">What an allocation that failed gave, where it must not be called with that; empty: it may be.</param>
internal sealed record RightRelease(string Call, string Type, string ParameterType, string Refuses)
{
    /// <summary>There may be one, but not here.</summary>
    public static RightRelease Unknown { get; } = new("", "", "", "");
}
