# cmake -DROOT=DIR -DOUT=FILE -P source_id.cmake: writes source_id.cpp (source_id.hpp) from the names
# and bytes of all sources in DIR/engine and DIR/risk.
file(GLOB_RECURSE sources RELATIVE ${ROOT}
  ${ROOT}/engine/*.cpp ${ROOT}/engine/*.hpp ${ROOT}/risk/*.cpp ${ROOT}/risk/*.hpp)
list(SORT sources)
set(all "")
foreach(source IN LISTS sources)
  file(SHA256 ${ROOT}/${source} hash)
  string(APPEND all "${hash} ${source}\n")
endforeach()
string(SHA256 id "${all}")
string(SUBSTRING ${id} 0 16 id)
file(WRITE ${OUT} "#include \"engine/source_id.hpp\"

std::uint64_t emx::engine::source_id() { return 0x${id}ULL; }
")
