function _init() {
}
