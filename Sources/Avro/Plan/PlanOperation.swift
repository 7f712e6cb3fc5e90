/// One step of a decode plan: 16 bytes without references, so that the interpreter's loop counts none.
struct PlanOperation: Equatable, Sendable {
    enum Code: UInt8, Sendable {
        /// The end of a body or of the plan.
        case end

        /// `a` bytes.
        case skipFixed
        /// `a` integers.
        case skipIntegers
        /// `a` strings or bytes.
        case skipBytes
        /// `b` unions of null and a type of `a` bytes.
        case skipNullableFixed
        /// `b` unions of null and an integer.
        case skipNullableIntegers
        /// `b` unions of null and a string or bytes.
        case skipNullableBytes
        /// An array whose item is the body that follows (or `b` bytes, if not negative); goes on at `a`.
        case skipArray
        /// A map, likewise.
        case skipMap

        /// Goes on at `a` if the union's branch is null.
        case nullTest
        /// Goes on at one of the `b` targets from `a`.
        case union
        /// Fails: the datum is no record.
        case refuse
        /// Goes on at `a`.
        case jump
        /// The body at `a`, then on.
        case call
        /// Remembers where a value starts that is wanted more than once.
        case mark
        /// Goes back there.
        case rewind

        case readBoolean, readInt, readLong, readIntAsDouble, readLongAsDouble, readFloat, readDouble, readBytes
        /// `a` bytes.
        case readFixed
        /// One of the `b` constants from `a`.
        case readSymbol
        case readNullableInt, readNullableLong, readNullableBytes
        /// `b` of them, into `slot` and those that follow.
        case readNullableFloat, readNullableDouble
        /// `b` booleans, of which those that are true set the bits of the masks from `a` on.
        case readFlags
        /// `b` unions of null and a boolean, likewise. A mask of 0 stands for one byte that nobody wants.
        case readNullableFlags

        /// An array into table `slot`, each item the body that follows; goes on at `a`.
        case readList
    }

    var code: Code
    /// Of a union with null: the byte that announces the other branch. Of an array: 1 if an item may take no bytes.
    var tag: UInt8 = 0
    var slot: Int32 = 0
    var a: Int32 = 0
    var b: Int32 = 0
}
