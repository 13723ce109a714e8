namespace Kmem.Analyzers.Flow;

/// <summary>What can be said of a value where it meets a contract; the later one counts where several say something.</summary>
internal enum Verdict
{
    /// <summary>No more than was said, whoever calls this method.</summary>
    Settled,

    /// <summary>A caller who knows more about the value can say more.</summary>
    DependsOnValue,

    /// <summary>The value is known; a caller who runs in another context can say more.</summary>
    DependsOnContext,
}
