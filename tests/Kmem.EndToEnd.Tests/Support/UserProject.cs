namespace Kmem.EndToEnd.Tests.Support;

/// <summary>A console project of somebody who installed one of the packages.</summary>
internal sealed class UserProject
{
    private readonly string _packageCache;

    public UserProject(string folder, string packageCache, string package, string version)
    {
        Folder = folder;
        _packageCache = packageCache;
        Directory.CreateDirectory(folder);
        Write("User.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
    }

    public string Folder { get; }

    public string Write(string file, string text)
    {
        File.WriteAllText(Path.Combine(Folder, file), text);
        return text;
    }

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public void Replace(string file, string oldText, string newText) =>
        Write(file, Read(file).Replace(oldText, newText, StringComparison.Ordinal));

    public ToolResult Restore() => Dotnet("restore").MustSucceed();

    /// <summary>Compiles everything anew, whatever was built before.</summary>
    public ToolResult Build(params string[] arguments) => Dotnet(["build", "--no-incremental", .. arguments]);

    public ToolResult Format(params string[] arguments) => Dotnet(["format", "analyzers", "--no-restore", "--severity", "warn", .. arguments]);

    public ToolResult Run() => Dotnet("run", "--no-build");

    /// <summary>Where the last occurrence of a mark stands within the only line that contains a text, as a build prints it.</summary>
    public string PlaceOf(string file, string line, string mark, string severity, string id)
    {
        string[] lines = Read(file).Split('\n');
        int index = Array.FindIndex(lines, text => text.Contains(line, StringComparison.Ordinal));
        if (index < 0 || Array.FindLastIndex(lines, text => text.Contains(line, StringComparison.Ordinal)) != index)
            throw new ArgumentException($"Not exactly one line of {file} contains '{line}'.", nameof(line));
        int column = lines[index].LastIndexOf(mark, StringComparison.Ordinal);
        if (column < 0)
            throw new ArgumentException($"'{lines[index]}' does not contain '{mark}'.", nameof(mark));
        return $"{file}({index + 1},{column + 1}): {severity} {id}";
    }

    private ToolResult Dotnet(params string[] arguments) => Tool.Dotnet(Folder, _packageCache, arguments);
}
