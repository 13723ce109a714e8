namespace Kmem.Analyzers.Contracts;

/// <summary>What an argument of a word can be. The last two are enums of Kmem.Annotations.</summary>
internal enum ContractValueType
{
    Text,
    Flag,
    Number,
    AtomicKindMember,
    OutcomeMember,
}
