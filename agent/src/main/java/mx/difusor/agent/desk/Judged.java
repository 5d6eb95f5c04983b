package mx.difusor.agent.desk;

import java.nio.file.Path;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Verdict;

/**
 * A package whose own checks are done.
 *
 * @param sha256 of the archive file
 * @param size of the archive file, in bytes
 * @param unpacked where the files of a good one stand
 */
record Judged(Candidate claimed, Digest sha256, long size, Verdict verdict, Path unpacked) {}
