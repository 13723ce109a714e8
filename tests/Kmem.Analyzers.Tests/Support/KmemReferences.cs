using Kmem.Annotations;
using Microsoft.CodeAnalysis.Testing;

namespace Kmem.Analyzers.Tests.Support;

/// <summary>The project's own assemblies, as the code under test refers to them.</summary>
internal static class KmemReferences
{
    /// <summary>Lets the code under test use the attributes.</summary>
    public static void AddAnnotations(ProjectState project) => project.AdditionalReferences.Add(typeof(MightSleepAttribute).Assembly);

    /// <summary>Lets the code under test use the attributes and the allocator.</summary>
    public static void AddKernel(ProjectState project)
    {
        AddAnnotations(project);
        project.AdditionalReferences.Add(typeof(Kernel).Assembly);
    }
}
