using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call may block its caller: it waits for a lock, a device, a timer, or a page to be written.
/// </summary>
/// <remarks>
/// <para>Put it on a method, constructor, property or delegate type. Methods of the same compilation need no attribute:
/// the analyzers find out from their bodies; a library's public members do (KMEM1011 offers to add it).</para>
/// <para>The analyzers report such a call in atomic code and under a spinlock (KMEM1002, KMEM1003).</para>
/// </remarks>
/// <example>
/// <code>[MightSleep] void WaitForDevice(Device device)</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Delegate)]
public sealed class MightSleepAttribute : Attribute
{
}
