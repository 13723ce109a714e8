namespace Kmem.Tests.MachineTests;

public unsafe class BootOnceTests
{
    [Fact]
    public void The_first_boot_counts_and_a_second_is_refused()
    {
        BootOnce boot = new(options => new Machine(options));
        boot.Boot(Small());
        using Machine machine = boot.Get();
        Assert.Equal(16 * TestMachine.MiB, machine.TotalBytes);
        Assert.Contains("booted already", Assert.Throws<InvalidOperationException>(() => boot.Boot(Small())).Message);
    }

    [Fact]
    public void The_boot_callback_gets_an_error_instead_of_a_second_machine()
    {
        BootOnce? boot = null;
        boot = new BootOnce(options => new Machine(options));
        MachineOptions options = Small();
        options.OnBoot = () => boot.Get();
        Assert.Contains("still booting", Assert.Throws<InvalidOperationException>(() => boot.Boot(options)).Message);
    }

    [Fact]
    public void After_a_boot_that_failed_another_one_may_succeed()
    {
        BootOnce boot = new(options => new Machine(options));
        MachineOptions options = Small();
        options.Devices.Add(new DeviceRegion("inside memory", 4096, 4096));
        Assert.Throws<ArgumentException>(() => boot.Boot(options));
        options.Devices.Clear();
        boot.Boot(options);
        boot.Get().Dispose();
    }

    private static MachineOptions Small() => new() { MemorySize = 16 * TestMachine.MiB };
}
