using System.CommandLine;
using System.Reflection;
using ResNetVulkan.Kernels;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Demo;

/// <summary>
/// Compiles every kernel into a folder beside the program: what a build does where a compiler is at hand, so that a first start
/// has nothing to compile. Hidden, as it is for builds.
/// </summary>
internal static class CompileShadersCommand
{
    public static Command Create()
    {
        Argument<DirectoryInfo> folder = new("folder") { Description = "Where the modules go." };
        Command command = new("compile-shaders", "Compile every shader into a folder.") { folder };
        command.Hidden = true;
        command.SetAction(arguments =>
        {
            using ShaderLibrary shaders = new(new ShaderSource(), [], null);
            try
            {
                int compiled = shaders.CompileAll(Kernels(), arguments.GetValue(folder)!.FullName, Environment.ProcessorCount);
                if (compiled > 0) Console.WriteLine($"{compiled} shaders compiled");
            }
            catch (AggregateException errors)
                when (errors.InnerExceptions.All(error => error.InnerException is FileNotFoundException))
            {
                Console.WriteLine("No shader compiler was found; shaders are compiled when they are first used.");
            }
            return ExitCode.Done;
        });
        return command;
    }

    // Every kernel that the libraries declare: the static fields of their types. Only a build tool may look for them like this.
    private static IEnumerable<Kernel> Kernels()
    {
        const BindingFlags Fields =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return new[] { typeof(Kernel).Assembly, typeof(FrameNetwork).Assembly }.SelectMany(library => library.GetTypes())
            .SelectMany(type => type.GetFields(Fields))
            .Where(field => (field.FieldType.GetElementType() ?? field.FieldType).IsAssignableTo(typeof(Kernel)))
            .SelectMany(field => field.GetValue(null) is Array array ? array.OfType<Kernel>() : [(Kernel)field.GetValue(null)!]);
    }
}
