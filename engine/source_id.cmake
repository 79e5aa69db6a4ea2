# cmake -DROOT=DIR -DFOLDERS="A B" -DSCOPE=NAMESPACE -DHEADER=FILE -DOUT=FILE -P source_id.cmake: writes the
# source of NAMESPACE::source_id(), which HEADER declares, from the names and bytes of all sources in
# DIR/A and DIR/B.
separate_arguments(FOLDERS)
set(all "")
foreach(folder IN LISTS FOLDERS)
  file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/${folder}/*.cpp ${ROOT}/${folder}/*.hpp)
  list(SORT sources)
  foreach(source IN LISTS sources)
    file(SHA256 ${ROOT}/${source} hash)
    string(APPEND all "${hash} ${source}\n")
  endforeach()
endforeach()
string(SHA256 id "${all}")
string(SUBSTRING ${id} 0 16 id)
file(WRITE ${OUT} "#include \"${HEADER}\"

std::uint64_t ${SCOPE}::source_id() { return 0x${id}ULL; }
")
