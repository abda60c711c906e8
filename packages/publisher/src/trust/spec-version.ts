/** Version of the TUF specification that the metadata follows. */
export const SPEC_VERSION = '1.0.31';
