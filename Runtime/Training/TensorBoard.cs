using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ResNetVulkan.Training;

/// <summary>Curves for <see href="https://www.tensorflow.org/tensorboard">TensorBoard</see>: scalars in an event file.</summary>
/// <remarks>
/// The file is a sequence of records, each framed by its length and two masked CRC-32C, as
/// <see href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord</see> has them, and each
/// an <see href="https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto">Event</see>. A
/// record reaches the system whole, in one write, so TensorBoard may watch while the run goes on. Owns the file. Not thread-safe.
/// </remarks>
public sealed class TensorBoard : IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    private TensorBoard(FileStream file, TimeProvider clock) => (_file, _clock) = (file, clock);

    /// <summary>The event file.</summary>
    public string Path => _file.Name;

    /// <summary>Begins an event file in a run's folder, which is made where it is missing.</summary>
    /// <param name="folder">What <c>tensorboard --logdir</c> is given, or a folder in it.</param>
    /// <param name="resumedAt">
    /// How many steps a resumed run has made; TensorBoard then forgets what the folder's earlier files say of the steps after it.
    /// </param>
    /// <param name="clock">What says when; the system's by default.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static TensorBoard Create(string folder, long resumedAt = 0, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        Directory.CreateDirectory(folder);
        // TensorBoard reads the files of a folder in the order of their names, so the time in milliseconds goes first.
        string name = $"events.out.tfevents.{clock.GetUtcNow().ToUnixTimeMilliseconds():D13}.resnetvulkan";
        FileStream file = new(
            System.IO.Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete,
            bufferSize: 0);
        TensorBoard board = new(file, clock);
        board.Append(step: 0, new Message().Text(3, "brain.Event:2"));
        // session_log: START
        if (resumedAt > 0) board.Append(resumedAt + 1, new Message().Inner(7, new Message().Number(1, 1)));
        return board;
    }

    /// <summary>Writes the values of one step.</summary>
    /// <param name="step">Where on TensorBoard's horizontal axis.</param>
    /// <param name="scalars">
    /// Tags, such as "loss/train", with their values; those with the same word before the slash are shown together.
    /// </param>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public void Append(long step, params ReadOnlySpan<(string Tag, double Value)> scalars)
    {
        Message summary = new();
        foreach ((string tag, double value) in scalars) summary.Inner(1, new Message().Text(1, tag).Float(2, (float)value));
        Append(step, new Message().Inner(5, summary));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Append(long step, Message content)
    {
        double seconds = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        byte[] data = [.. new Message().Double(1, seconds).Number(2, step).Bytes, .. content.Bytes];
        byte[] record = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc(data));
        _file.Write(record);
    }

    // Masked, because the CRC of bytes that hold CRCs themselves finds fewer errors.
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    /// <summary>A protocol buffers message as it is written: fields by their number, in any order.</summary>
    private sealed class Message
    {
        private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

        public List<byte> Bytes { get; } = [];

        public Message Number(int field, long value) => Write(field, Varint, []).WriteVarint((ulong)value);

        public Message Double(int field, double value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            return Write(field, Fixed64, bytes);
        }

        public Message Float(int field, float value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            return Write(field, Fixed32, bytes);
        }

        public Message Text(int field, string value) => Delimit(field, Encoding.UTF8.GetBytes(value));

        public Message Inner(int field, Message value) => Delimit(field, [.. value.Bytes]);

        private Message Delimit(int field, byte[] content)
        {
            Write(field, Delimited, []).WriteVarint((ulong)content.Length);
            Bytes.AddRange(content);
            return this;
        }

        private Message Write(int field, int kind, ReadOnlySpan<byte> content)
        {
            WriteVarint((ulong)((field << 3) | kind));
            Bytes.AddRange(content);
            return this;
        }

        private Message WriteVarint(ulong value)
        {
            for (; value >= 0x80; value >>= 7) Bytes.Add((byte)(value | 0x80));
            Bytes.Add((byte)value);
            return this;
        }
    }
}
