package mx.difusor.agent.verify;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Writes zips field by field (APPNOTE 6.3.10), each of which may lie. */
final class ForgedZip {

    /** One file: what its two headers say, and its bytes. All numbers are right until they are changed. */
    static final class Entry {
        byte[] name;
        byte[] localName;
        int flags;
        int localFlags = -1;
        int method;
        long crc;
        long packedSize;
        long size;
        long localPackedSize;
        long localSize;
        long localCrc;
        int attributes;
        int madeBy;
        int versionNeeded = 20;
        byte[] data;
        byte[] extra = {};
        byte[] localExtra = {};
        byte[] comment = {};
        byte[] descriptor = {};

        private Entry(String path, byte[] content, boolean deflated) {
            name = path.getBytes(StandardCharsets.UTF_8);
            localName = name;
            data = deflated ? deflated(content) : content;
            method = deflated ? 8 : 0;
            CRC32 sum = new CRC32();
            sum.update(content);
            crc = sum.getValue();
            localCrc = crc;
            size = content.length;
            localSize = size;
            packedSize = data.length;
            localPackedSize = packedSize;
        }

        /** Leaves the numbers to a descriptor behind the data. */
        Entry described(boolean signed, boolean wide) {
            flags |= 8;
            localCrc = 0;
            localSize = 0;
            localPackedSize = 0;
            descriptor = descriptor(signed, wide);
            return this;
        }

        byte[] descriptor(boolean signed, boolean wide) {
            byte[] bytes = new byte[(signed ? 4 : 0) + 4 + (wide ? 16 : 8)];
            ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (signed) {
                out.putInt(0x08074b50);
            }
            out.putInt((int) crc);
            if (wide) {
                out.putLong(packedSize).putLong(size);
            } else {
                out.putInt((int) packedSize).putInt((int) size);
            }
            return bytes;
        }

        /** Moves the sizes into a zip64 field of both headers. */
        Entry wide() {
            extra = field(1, buffer(16).putLong(size).putLong(packedSize).array());
            localExtra = extra;
            size = 0xFFFFFFFFL;
            packedSize = 0xFFFFFFFFL;
            localSize = size;
            localPackedSize = packedSize;
            return this;
        }
    }

    final List<Entry> entries = new ArrayList<>();
    byte[] comment = {};
    byte[] beforeDirectory = {};
    byte[] afterDirectory = {};
    boolean directoryBackwards;
    boolean zip64;
    int zip64Length = 44;
    int zip64Disks = 1;

    @Nullable
    Integer announced;

    @Nullable
    Long announcedWide;

    /** A package whose entries are these files and its manifest. */
    static ForgedZip of(PackageBuilder files, boolean deflated) {
        ForgedZip zip = new ForgedZip();
        files.entries().forEach((path, content) -> zip.entries.add(new Entry(path, content, deflated)));
        return zip;
    }

    Entry first() {
        return entries.get(0);
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Long> offsets = new ArrayList<>();
        for (Entry entry : entries) {
            offsets.add((long) out.size());
            out.writeBytes(local(entry));
        }
        out.writeBytes(beforeDirectory);
        long start = out.size();
        for (int i = 0; i < entries.size(); i++) {
            int next = directoryBackwards ? entries.size() - 1 - i : i;
            out.writeBytes(central(entries.get(next), offsets.get(next)));
        }
        out.writeBytes(afterDirectory);
        long length = out.size() - start;
        int count = announced == null ? entries.size() : announced;
        if (zip64) {
            long wideAt = out.size();
            long wide = announcedWide == null ? count : announcedWide;
            byte[] record = new byte[12 + zip64Length];
            ByteBuffer.wrap(record)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0x06064b50)
                    .putLong(zip64Length)
                    .putInt(0)
                    .putLong(0)
                    .putLong(wide)
                    .putLong(wide)
                    .putLong(length)
                    .putLong(start);
            out.writeBytes(record);
            out.writeBytes(buffer(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(wideAt)
                    .putInt(zip64Disks)
                    .array());
            count = 0xFFFF;
        }
        out.writeBytes(end(count, zip64 ? -1 : length, zip64 ? -1 : start, comment));
        return out.toByteArray();
    }

    static byte[] end(int count, long length, long start, byte[] comment) {
        return buffer(22 + comment.length)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) count)
                .putShort((short) count)
                .putInt((int) length)
                .putInt((int) start)
                .putShort((short) comment.length)
                .put(comment)
                .array();
    }

    private static byte[] local(Entry entry) {
        byte[] all = new byte
                [30 + entry.localName.length + entry.localExtra.length + entry.data.length + entry.descriptor.length];
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x04034b50)
                .putShort((short) entry.versionNeeded)
                .putShort((short) (entry.localFlags < 0 ? entry.flags : entry.localFlags))
                .putShort((short) entry.method)
                .putInt(0)
                .putInt((int) entry.localCrc)
                .putInt((int) entry.localPackedSize)
                .putInt((int) entry.localSize)
                .putShort((short) entry.localName.length)
                .putShort((short) entry.localExtra.length)
                .put(entry.localName)
                .put(entry.localExtra)
                .put(entry.data)
                .put(entry.descriptor);
        return all;
    }

    private static byte[] central(Entry entry, long offset) {
        return buffer(46 + entry.name.length + entry.extra.length + entry.comment.length)
                .putInt(0x02014b50)
                .putShort((short) (entry.madeBy << 8 | 20))
                .putShort((short) entry.versionNeeded)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0)
                .putInt((int) entry.crc)
                .putInt((int) entry.packedSize)
                .putInt((int) entry.size)
                .putShort((short) entry.name.length)
                .putShort((short) entry.extra.length)
                .putShort((short) entry.comment.length)
                .putInt(0)
                .putInt(entry.attributes)
                .putInt((int) offset)
                .put(entry.name)
                .put(entry.extra)
                .put(entry.comment)
                .array();
    }

    static byte[] field(int id, byte[] content) {
        return buffer(4 + content.length)
                .putShort((short) id)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] out = new byte[content.length + 100];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
