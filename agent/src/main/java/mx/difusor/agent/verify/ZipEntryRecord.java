package mx.difusor.agent.verify;

/**
 * One entry of a zip as its central directory and its local header agree on it.
 *
 * @param name decoded, with the slash at its end where it is a folder
 * @param offset of its local header in the file
 * @param dataOffset of its first packed byte
 * @param deflated or else stored
 */
record ZipEntryRecord(
        String name, long offset, long dataOffset, long packedSize, long size, long crc, boolean deflated) {

    boolean isFolder() {
        return name.endsWith("/");
    }
}
