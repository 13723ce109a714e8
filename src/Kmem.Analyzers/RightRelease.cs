namespace Kmem.Analyzers;

/// <summary>The call that releases memory rightly.</summary>
/// <param name="Call">Its text, with <c>{0}</c> for the memory.</param>
/// <param name="Type">The full name of the type that declares it.</param>
/// <param name="ParameterType">The type that it takes the memory as.</param>
/// <param name="AcceptsNull">It may be called where there is no memory.</param>
internal sealed record RightRelease(string Call, string Type, string ParameterType, bool AcceptsNull)
{
    /// <summary>There may be one, but not here.</summary>
    public static RightRelease Unknown { get; } = new("", "", "", AcceptsNull: false);
}
