namespace Kmem;

/// <summary>
/// What a kernel would print before it dies: a double free, a bad page state, an unbalanced section. Nothing was changed by the call
/// that threw it, and the allocator stays usable.
/// </summary>
public sealed class KernelBugException : Exception
{
    /// <summary>Makes the exception with no words of its own.</summary>
    public KernelBugException()
    {
    }

    /// <summary>Makes the exception with the kernel's words.</summary>
    public KernelBugException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with the kernel's words and what led to it.</summary>
    public KernelBugException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
