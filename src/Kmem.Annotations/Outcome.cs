namespace Kmem.Annotations;

/// <summary>
/// Which results of a call an effect belongs to: a try-lock acquires on <see cref="True"/>, a registration that takes its
/// argument over unless it fails takes it on <see cref="Zero"/>.
/// </summary>
public enum Outcome
{
    /// <summary>Whatever the call returns.</summary>
    Always,

    /// <summary>The call returned <see langword="true"/>.</summary>
    True,

    /// <summary>The call returned <see langword="false"/>.</summary>
    False,

    /// <summary>The call returned null, or a zero pointer.</summary>
    Null,

    /// <summary>The call returned an object, or a pointer that is not zero.</summary>
    NonNull,

    /// <summary>The call returned the number 0: success, by the kernel's custom.</summary>
    Zero,

    /// <summary>The call returned a number other than 0.</summary>
    NonZero,

    /// <summary>The call returned a number below 0: an error code, by the kernel's custom.</summary>
    Negative,

    /// <summary>The call returned 0 or a number above it.</summary>
    NonNegative,
}
