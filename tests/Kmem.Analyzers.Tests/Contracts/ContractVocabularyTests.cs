using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Kmem.Analyzers.Contracts;
using Kmem.Annotations;
using Xunit;
using AtomicKind = Kmem.Annotations.AtomicKind;
using Outcome = Kmem.Annotations.Outcome;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>The vocabulary's table against the attributes themselves.</summary>
public class ContractVocabularyTests
{
    private static readonly Type[] Attributes =
    [
        .. typeof(MightSleepAttribute).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Attribute))),
        typeof(MaybeNullAttribute), typeof(NotNullAttribute), typeof(NotNullWhenAttribute), typeof(DisallowNullAttribute),
        typeof(DoesNotReturnAttribute), typeof(DoesNotReturnIfAttribute),
    ];

    public static TheoryData<string> AttributeNames => [.. Attributes.Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(AttributeNames))]
    public void Every_attribute_is_a_word_with_the_same_arguments(string attributeName)
    {
        var attribute = Attributes.Single(type => type.FullName == attributeName);
        var word = WordOf(attributeName);

        Assert.NotNull(word);
        Assert.Equal(attribute.Name, word.Name + "Attribute");
        Assert.Same(word, ContractVocabulary.Find(word.Name));
        Assert.Equal(ConstructorParameters(attribute), word.Parameters.Select(parameter => (parameter.Name, parameter.Type, parameter.IsRepeated)));
        Assert.Equal(SettableProperties(attribute), word.Named.Select(parameter => (parameter.Name, parameter.Type)));
    }

    [Theory]
    [MemberData(nameof(AttributeNames))]
    public void A_word_may_stand_where_its_attribute_may(string attributeName)
    {
        var attribute = Attributes.Single(type => type.FullName == attributeName);
        var usage = attribute.GetCustomAttribute<AttributeUsageAttribute>()!.ValidOn;
        var word = WordOf(attributeName)!;

        Assert.Equal(usage.HasFlag(AttributeTargets.Method), word.MayStandOn(ContractTargetKind.Member));
        Assert.Equal(usage.HasFlag(AttributeTargets.Parameter), word.MayStandOn(ContractTargetKind.Parameter));
        Assert.Equal(usage.HasFlag(AttributeTargets.ReturnValue), word.MayStandOn(ContractTargetKind.Return));
    }

    [Theory]
    [MemberData(nameof(AttributeNames))]
    public void An_argument_may_be_left_out_where_the_attributes_constructor_allows_it(string attributeName)
    {
        var attribute = Attributes.Single(type => type.FullName == attributeName);
        var word = WordOf(attributeName)!;

        bool canBeEmpty = attribute.GetConstructors().Any(constructor => constructor.GetParameters().All(parameter => parameter.IsOptional));

        Assert.Equal(canBeEmpty, word.Parameters.All(parameter => parameter.IsOptional));
    }

    [Fact]
    public void Enum_members_are_those_of_the_enums()
    {
        Assert.Equal(Enum.GetNames<AtomicKind>(), ContractVocabulary.EnumMembers(ContractValueType.AtomicKindMember));
        Assert.Equal(Enum.GetNames<Outcome>(), ContractVocabulary.EnumMembers(ContractValueType.OutcomeMember));
        Assert.Empty(ContractVocabulary.EnumMembers(ContractValueType.Text));
    }

    [Fact]
    public void Some_words_are_for_files_only()
    {
        var words = ContractVocabulary.Words.Where(word => word.AttributeName is null).Select(word => word.Name);

        Assert.Equal(
            ["TestsAtomic", "Outcome", "ZeroTimeoutNeverSleeps", "OnlyInAtomic", "SharedLock", "Returned", "Exchanges", "ExchangesIf", "Derived", "Answers", "Fills", "Copies", "Discloses", "MasksFlags", "UnmasksFlags"], words);
    }

    [Fact]
    public void Unknown_names_are_no_words() => Assert.Null(ContractVocabulary.Find("Sleeps"));

    private static ContractWord? WordOf(string attributeName) => ContractVocabulary.Words.SingleOrDefault(word => word.AttributeName == attributeName);

    private static IEnumerable<(string Name, ContractValueType Type, bool IsRepeated)> ConstructorParameters(Type attribute) =>
        attribute.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters()
            .Select(parameter => (parameter.Name!, TypeOf(parameter.ParameterType), parameter.ParameterType.IsArray));

    private static IEnumerable<(string Name, ContractValueType Type)> SettableProperties(Type attribute) =>
        attribute.GetProperties().Where(property => property.CanWrite).Select(property => (property.Name, TypeOf(property.PropertyType)));

    private static ContractValueType TypeOf(Type type) => type switch
    {
        _ when type == typeof(string) || type == typeof(string[]) => ContractValueType.Text,
        _ when type == typeof(bool) => ContractValueType.Flag,
        _ when type == typeof(AtomicKind) => ContractValueType.AtomicKindMember,
        _ when type == typeof(Outcome) => ContractValueType.OutcomeMember,
        _ => ContractValueType.Number,
    };
}
