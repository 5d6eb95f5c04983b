/** Bytes to verdict: signatures, archive reading, manifest, contents. */
@NullMarked
package mx.difusor.agent.verify;

import org.jspecify.annotations.NullMarked;
