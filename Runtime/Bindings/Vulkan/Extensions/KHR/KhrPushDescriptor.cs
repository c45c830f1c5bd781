using Silk.NET.Core.Contexts;
using Silk.NET.Core.Native;

namespace Silk.NET.Vulkan.Extensions.KHR;

/// <summary>Descriptors pushed into the command buffer.</summary>
internal sealed unsafe class KhrPushDescriptor(INativeContext ctx) : NativeExtension<Vk>(ctx)
{
    public const string ExtensionName = "VK_KHR_push_descriptor";

    private nint _cmdPushDescriptorSet, _cmdPushDescriptorSetWithTemplate;

    public void CmdPushDescriptorSet(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint set,
        uint descriptorWriteCount, WriteDescriptorSet* pDescriptorWrites) =>
        ((delegate* unmanaged<CommandBuffer, PipelineBindPoint, PipelineLayout, uint, uint, WriteDescriptorSet*, void>)
            Function(ref _cmdPushDescriptorSet, "vkCmdPushDescriptorSetKHR"))(
            commandBuffer, pipelineBindPoint, layout, set, descriptorWriteCount, pDescriptorWrites);

    public void CmdPushDescriptorSet(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint set,
        uint descriptorWriteCount, ref readonly WriteDescriptorSet pDescriptorWrites)
    {
        fixed (WriteDescriptorSet* descriptorWrites = &pDescriptorWrites)
            CmdPushDescriptorSet(commandBuffer, pipelineBindPoint, layout, set, descriptorWriteCount, descriptorWrites);
    }

    public void CmdPushDescriptorSet(
        CommandBuffer commandBuffer, PipelineBindPoint pipelineBindPoint, PipelineLayout layout, uint set,
        ReadOnlySpan<WriteDescriptorSet> pDescriptorWrites)
    {
        fixed (WriteDescriptorSet* descriptorWrites = pDescriptorWrites)
            CmdPushDescriptorSet(
                commandBuffer, pipelineBindPoint, layout, set, (uint)pDescriptorWrites.Length, descriptorWrites);
    }

    public void CmdPushDescriptorSetWithTemplate(
        CommandBuffer commandBuffer, DescriptorUpdateTemplate descriptorUpdateTemplate, PipelineLayout layout, uint set,
        void* pData) =>
        ((delegate* unmanaged<CommandBuffer, DescriptorUpdateTemplate, PipelineLayout, uint, void*, void>)
            Function(ref _cmdPushDescriptorSetWithTemplate, "vkCmdPushDescriptorSetWithTemplateKHR"))(
            commandBuffer, descriptorUpdateTemplate, layout, set, pData);

    public void CmdPushDescriptorSetWithTemplate<T0>(
        CommandBuffer commandBuffer, DescriptorUpdateTemplate descriptorUpdateTemplate, PipelineLayout layout, uint set,
        ref T0 pData) where T0 : unmanaged
    {
        fixed (T0* data = &pData)
            CmdPushDescriptorSetWithTemplate(commandBuffer, descriptorUpdateTemplate, layout, set, data);
    }
}
